namespace Cochin.Functions.Watching;

/// <summary>What is owed to people about one thing.</summary>
internal enum NoticeVerdict
{
    Nothing,

    /// <summary>They don't know of it yet.</summary>
    Tell,

    /// <summary>They know, and it lasts.</summary>
    Remind,

    /// <summary>It is over.</summary>
    TakeBack,

    /// <summary>It is over, and there is no need to say so.</summary>
    Forget,
}
