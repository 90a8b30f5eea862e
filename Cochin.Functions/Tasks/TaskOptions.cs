namespace Cochin.Functions.Tasks;

/// <summary>The validated options of one run of a task. Each task derives its own.</summary>
internal abstract record TaskOptions
{
    /// <summary>How long a key of a row may be.</summary>
    /// <remarks>https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model</remarks>
    protected const int LongestKey = 512;

    /// <summary>The task these options are for, one of <see cref="TaskNames"/>.</summary>
    public abstract string Task { get; }

    /// <summary>Work out what would be done and stop there: nothing is written anywhere.</summary>
    public bool DryRun { get; init; }

    /// <summary>
    /// Why these options can't be used, in words for the person who set them (naming the option and what it may be), or null.
    /// Asked once, by the command line and the settings; a run only ever gets options without a problem.
    /// </summary>
    public virtual string? Problem => null;
}
