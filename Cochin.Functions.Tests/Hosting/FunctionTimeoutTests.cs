using Cochin.Functions.Hosting;
using Cochin.Functions.Runs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cochin.Functions.Tests.Hosting;

public sealed class FunctionTimeoutTests
{
    [Fact]
    public void Read_OwnHostJson_HasTheTimeoutOfTheProject() =>
        FunctionTimeout.Read(AppContext.BaseDirectory, Configuration()).ShouldBe(TimeSpan.FromMinutes(30));

    [Theory]
    [InlineData("""{ "version": "2.0", "functionTimeout": "00:07:30" }""", "00:07:30")]
    [InlineData("""{ "version": "2.0", /* none */ "functionTimeout": "-1", }""", null)]
    [InlineData("""{ "version": "2.0" }""", "00:30:00")]
    [InlineData("""{ "functionTimeout": "soon" }""", "00:30:00")]
    [InlineData("[", "00:30:00")]
    public void Read_AHostJson_IsItsFunctionTimeout(string json, string? expected)
    {
        var folder = Directory.CreateTempSubdirectory("cochin-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "host.json"), json);

            FunctionTimeout.Read(folder.FullName, Configuration()).ShouldBe(expected is null ? null : TimeSpan.Parse(expected, null));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Read_AppSettingOfTheHost_OverridesItsFile() =>
        FunctionTimeout.Read(AppContext.BaseDirectory, Configuration(("AzureFunctionsJobHost:functionTimeout", "00:05:00"))).ShouldBe(TimeSpan.FromMinutes(5));

    [Theory]
    [InlineData(30, 27)]
    [InlineData(5, 4)]
    [InlineData(1, 0.5)]
    [InlineData(600, 540)]
    public void BudgetFor_AnyLimit_LeavesTimeToRecordTheEnd(double limit, double expected) =>
        FunctionTimeout.BudgetFor(TimeSpan.FromMinutes(limit)).ShouldBe(TimeSpan.FromMinutes(expected));

    [Theory]
    [InlineData(null, 27)]
    [InlineData("10", 10)]
    [InlineData("45", 27)]
    public void AddCochin_AsAWorker_LimitsRunsToTheBudget(string? setting, double expected)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("CochinStorage", "UseDevelopmentStorage=true"), new("Cochin:Runs:LimitMinutes", setting)]);

        builder.AddCochin();

        using var services = builder.Services.BuildServiceProvider();
        services.GetRequiredService<RunLimits>().Work.ShouldBe(TimeSpan.FromMinutes(expected));
    }

    private static IConfiguration Configuration(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key, (string?)value.Value))).Build();
}
