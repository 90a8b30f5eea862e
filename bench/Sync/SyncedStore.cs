using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Cochin.Bench.Contestants;
using Cochin.Bench.Measuring;
using Cochin.Bench.Running;
using Cochin.Functions.Local.Azurite;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Tasks.SyncDjango;

namespace Cochin.Bench.Sync;

/// <summary>
/// An installation of the application, and a store to which all of it was copied. The program copies the first backup and quote; the others are
/// copies of their rows and blob.
/// </summary>
internal sealed class SyncedStore : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly BenchContext context;
    private readonly DjangoInstallation django = new();
    private readonly int backups;
    private readonly int quotes;
    private FilledAzurite? azurite;

    private SyncedStore(BenchContext context, int backups, int quotes) => (this.context, this.backups, this.quotes) = (context, backups, quotes);

    public int ServerId => azurite!.Endpoint.ProcessId;

    public Contestant Ours => new(
        string.Create(CultureInfo.InvariantCulture, $"`cochin sync_django`, {backups:N0} backups and {quotes:N0} quotes"), () => Start(azurite!.Endpoint));

    public static async Task<SyncedStore> StartAsync(BenchContext context, int backups, int quotes, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder, $"{backups}")).FullName;
        var store = new SyncedStore(context with { Folder = folder }, backups, quotes);
        try
        {
            store.Add(1, 1);
            store.azurite = await FilledAzurite.StartAsync(store.context, MakeFirstAsync, store.Fill, cancellationToken);
            context.Say($"{backups:N0} backups and {quotes:N0} quotes made in {clock.Elapsed.TotalSeconds:0} s");
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }

        Task MakeFirstAsync(AzuriteEndpoint endpoint) => MeasuredProcess.RunAsync(store.Start(endpoint), Limit, cancellationToken);
    }

    /// <exception cref="BenchException">A run has something to do.</exception>
    public async Task CheckIdleAsync(CancellationToken cancellationToken)
    {
        var start = Start(azurite!.Endpoint);
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        using var run = await JsonDocument.ParseAsync(process.StandardOutput.BaseStream, cancellationToken: cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        var counts = run.RootElement.GetProperty("counts");
        if (Count("written") != 0 || Count("uploaded") != 0 || Count("unchanged") != backups + quotes)
        {
            throw new BenchException($"a run of sync_django has something to do: {counts}");
        }

        long Count(string name) => counts.GetProperty(name).GetInt64();
    }

    public async ValueTask DisposeAsync()
    {
        if (azurite is not null)
        {
            await azurite.DisposeAsync();
        }

        django.Dispose();
    }

    private ProcessStartInfo Start(AzuriteEndpoint endpoint) => CochinProgram.Start(
        context.Root,
        [new("CochinStorage", endpoint.ConnectionString)],
        "sync_django", "--database", django.Database, "--backups", django.Backups, "--json");

    private void Fill(CochinStorage storage, string location)
    {
        var first = new FileInfo(Path.Combine(django.Backups, FileName(1)));
        django.Execute("BEGIN");
        Add(2, Math.Max(backups, quotes));
        django.Execute("COMMIT");
        foreach (var file in first.Directory!.EnumerateFiles())
        {
            file.LastWriteTimeUtc = first.LastWriteTimeUtc; // Each blob has it in its metadata.
        }

        FilledAzurite.FillBlobs(storage, location, [.. Ids(backups).Select(FileName).Order(StringComparer.Ordinal)]);
        var backupIds = Ids(backups);
        FilledAzurite.FillRows(storage.Operations, location, backups, (row, i) =>
        {
            row["RowKey"] = $"django-{backupIds[i]}";
            row["Name"] = $"backup {backupIds[i]}";
            row["BlobName"] = FileName(backupIds[i]);
        });
        var quoteIds = Ids(quotes);
        FilledAzurite.FillRows(storage.Devis, location, quotes, (row, i) =>
        {
            row["RowKey"] = $"django-{quoteIds[i]}";
            row["Numero"] = $"DV-{quoteIds[i]}";
        });
    }

    private void Add(int first, int last)
    {
        for (var i = first; i <= last; i++)
        {
            if (i <= backups)
            {
                var (size, sha256) = django.WriteFile(FileName(i), "a backup");
                django.AddBackup(i, ("file_size", size), ("checksum", sha256));
            }

            if (i <= quotes)
            {
                django.AddQuote(i, $"DV-{i}");
            }
        }
    }

    // In the order of their keys.
    private static string[] Ids(int count) =>
        [.. Enumerable.Range(1, count).Select(i => i.ToString(CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal)];

    private static string FileName(int id) => FileName(id.ToString(CultureInfo.InvariantCulture));

    private static string FileName(string id) => $"storage/prod/{id}.zip";
}
