using System.Text.Json.Serialization;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>The JSON of what a reconciliation keeps.</summary>
[JsonSerializable(typeof(RebuildState))]
internal sealed partial class RebuildJson : JsonSerializerContext;
