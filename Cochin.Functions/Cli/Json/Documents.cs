using System.Text.Json.Serialization;
using Cochin.Functions.Auditing;
using Cochin.Functions.Hosting;

namespace Cochin.Functions.Cli.Json;

/// <param name="Active">How many jobs are enabled.</param>
internal sealed record JobsDocument(IReadOnlyList<JobDocument> Jobs, int Active);

internal sealed record RunsDocument(IReadOnlyList<RunDocument> Runs);

internal sealed record ChecksDocument(IReadOnlyList<CheckDocument> Checks);

internal sealed record LinesDocument(IReadOnlyList<AuditLine> Lines);

internal sealed record ErrorDocument(ErrorBody Error);

internal sealed record ErrorBody(string Code, string Message, string Hint, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<SettingProblem>? Problems);
