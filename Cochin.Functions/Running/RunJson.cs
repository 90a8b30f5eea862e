using System.Text.Json.Serialization;

namespace Cochin.Functions.Running;

/// <summary>The JSON inside the columns of run records.</summary>
[JsonSerializable(typeof(Dictionary<string, long>))]
internal sealed partial class RunJson : JsonSerializerContext;
