namespace Microsoft.Azure.Functions.Worker;

/// <summary>Stands in for the worker's attribute of this name: names a function.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FunctionAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
