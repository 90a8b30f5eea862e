using System.Text;
using Cochin.Functions.Tasks.SyncDjango.Source;
using Microsoft.Data.Sqlite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango.Source;

public sealed class DjangoDatabaseTests : IDisposable
{
    private readonly DjangoInstallation django = new();
    private readonly DjangoInstallation walDjango = new(isWal: true);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Open_WhileAnotherConnectionWrites_SeesWhatIsCommittedAndLeavesTheFolderAsItIs(bool isWal)
    {
        var installation = isWal ? walDjango : django;
        installation.AddBackup(1);
        installation.Execute("BEGIN IMMEDIATE");
        installation.AddBackup(2);
        var before = Names(installation);

        var ids = await ReadAsync(installation.Database);

        ids.ShouldBe([1]);
        Names(installation).ShouldBe(before);
        installation.Execute("COMMIT");
        (await ReadAsync(installation.Database)).ShouldBe([1, 2]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Open_DatabaseThatNobodyHasOpen_WritesNothingNextToIt(bool isWal)
    {
        var installation = isWal ? walDjango : django;
        installation.AddBackup(1);
        installation.Close();
        var before = installation.Look();

        (await ReadAsync(installation.Database)).ShouldBe([1]);

        installation.Look().ShouldBe(before);
        before.Length.ShouldBe(1);
    }

    [Fact]
    public async Task Open_WalThatAKilledProgramLeft_IsRead()
    {
        walDjango.AddBackup(1);
        var copy = Directory.CreateDirectory(Path.Combine(walDjango.DatabaseFolder, "killed")).FullName;
        foreach (var ending in new[] { "", "-wal" })
        {
            File.Copy(walDjango.Database + ending, Path.Combine(copy, "db.sqlite3" + ending));
        }

        (await ReadAsync(Path.Combine(copy, "db.sqlite3"))).ShouldBe([1]);
        Directory.GetFiles(copy).Select(Path.GetFileName).Order().ShouldBe(["db.sqlite3", "db.sqlite3-wal"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Open_Always_RemovesItsCopy(bool isValid)
    {
        var marker = Guid.NewGuid().ToString("N");
        django.AddBackup(1, ("backup_name", marker));
        if (isValid)
        {
            (await ReadAsync(django.Database)).ShouldBe([1]);
        }
        else
        {
            django.Execute("DROP TABLE database_dynamicvalue");
            await Should.ThrowAsync<SourceException>(() => ReadAsync(django.Database));
        }

        (await FindCopiesAsync(marker)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Open_CopyThatAKilledProcessLeft_IsRemoved()
    {
        var left = Directory.CreateTempSubdirectory(PrivateFolder.Prefix);
        await File.WriteAllTextAsync(Path.Combine(left.FullName, "in-use"), "", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(left.FullName, "db.sqlite3"), "secret", Cancellation);

        await ReadAsync(django.Database);

        Directory.Exists(left.FullName).ShouldBeFalse();
    }

    [Fact]
    public async Task Open_AbsentTablesAndColumns_AreNamedAllAtOnce()
    {
        django.Execute("DROP TABLE database_dynamicvalue");
        django.Execute("ALTER TABLE backup_manager_backuphistory DROP COLUMN checksum");
        django.Execute("ALTER TABLE database_dynamicrecord RENAME COLUMN discord_start_notified TO discord_notified");
        django.Execute("ALTER TABLE database_dynamicrecord DROP COLUMN discord_end_notified");

        var error = await Should.ThrowAsync<SourceException>(() => ReadAsync(django.Database));

        error.Message.ShouldContain(
            "checksum in backup_manager_backuphistory; discord_start_notified, discord_end_notified in database_dynamicrecord; "
            + "the table database_dynamicvalue.");
    }

    [Fact]
    public async Task Open_NewerSchemaWithMoreColumns_IsRead()
    {
        django.Execute("ALTER TABLE backup_manager_backuphistory ADD COLUMN encryption varchar(20)");
        django.AddBackup(1);

        (await ReadAsync(django.Database)).ShouldBe([1]);
    }

    [Fact]
    public async Task Open_DatabaseOfAnotherProgram_IsSaidToBeThat()
    {
        var path = Path.Combine(django.DatabaseFolder, "other.sqlite3");
        using (var other = DjangoInstallation.Open(path))
        {
            using var command = other.CreateCommand();
            command.CommandText = "CREATE TABLE notes (id integer)";
            command.ExecuteNonQuery();
        }

        (await Should.ThrowAsync<SourceException>(() => ReadAsync(path))).Message.ShouldContain("not that of the Django application");
    }

    [Theory]
    [InlineData("absent.sqlite3", null, "There is no file")]
    [InlineData("empty.sqlite3", "", "is empty")]
    [InlineData("short.sqlite3", "no header", "is not a SQLite database")]
    [InlineData(
        "text.sqlite3", "Not a database, but long enough to have a header of a hundred bytes, as each database of SQLite has that is not empty.",
        "is not a SQLite database")]
    [InlineData(".", null, "is not a file that can be read")]
    public async Task Open_NoDatabase_IsSaidToBeThat(string name, string? content, string expected)
    {
        var path = Path.Combine(django.DatabaseFolder, name);
        if (content is not null)
        {
            await File.WriteAllTextAsync(path, content, Cancellation);
        }

        (await Should.ThrowAsync<SourceException>(() => ReadAsync(path))).Message.ShouldContain(expected);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Open_TruncatedDatabase_IsSaidToBeThat(bool isWal)
    {
        var installation = isWal ? walDjango : django;
        installation.AddBackup(1);
        installation.Close();
        await using (var file = File.OpenWrite(installation.Database))
        {
            file.SetLength(file.Length / 2);
        }

        (await Should.ThrowAsync<SourceException>(() => ReadAsync(installation.Database))).Message.ShouldContain("is damaged or truncated");
    }

    [Fact]
    public void Explain_LockedDatabase_SaysSo() =>
        DatabaseCopy.Explain(new SqliteException("database is locked", 5), "db").Message.ShouldContain("is locked by another program");

    [Fact]
    public async Task Read_Records_AreInTheOrderOfTheirKeys()
    {
        foreach (var id in new long[] { 100, 2, 1, 10, 30 })
        {
            django.AddBackup(id);
        }

        (await ReadAsync(django.Database)).ShouldBe([1, 10, 100, 2, 30]);
    }

    [Fact]
    public async Task FindDuplicateNumbers_OfActiveQuotes_NamesTheirRecords()
    {
        django.AddQuote(1, "DV-1");
        django.AddQuote(2, "DV-2");
        django.AddQuote(3, " DV-1 ");
        django.AddRecord(4, 0, false, false, [("numero_devis", "DV-2")]);

        using var database = await DjangoDatabase.OpenAsync(django.Database, TimeProvider.System, Cancellation);

        database.FindDuplicateNumbers(database.FindQuotes().ShouldNotBeNull()).ShouldBe([("DV-1", "1, 3")]);
    }

    public void Dispose()
    {
        django.Dispose();
        walDjango.Dispose();
    }

    private static async Task<List<long>> ReadAsync(string path)
    {
        using var database = await DjangoDatabase.OpenAsync(path, TimeProvider.System, Cancellation);
        return [.. database.ReadBackups().Select(record => record.Id)];
    }

    private static IEnumerable<string?> Names(DjangoInstallation installation) =>
        Directory.GetFiles(installation.DatabaseFolder).Select(Path.GetFileName).Order();

    private static async Task<List<string>> FindCopiesAsync(string marker)
    {
        var found = new List<string>();
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), PrivateFolder.Prefix + "*"))
        {
            try
            {
                var content = await File.ReadAllTextAsync(Path.Combine(folder, "db.sqlite3"), Encoding.Latin1, Cancellation);
                if (content.Contains(marker, StringComparison.Ordinal))
                {
                    found.Add(folder);
                }
            }
            catch (IOException)
            {
                // Another test has deleted it.
            }
        }

        return found;
    }
}
