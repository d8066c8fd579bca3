namespace CoFinetune.Data.Synthetic;

/// <summary>A person: what they look like, where they are and what they do.</summary>
internal sealed record Person
{
    /// <summary>Number of the person within its video.</summary>
    public required int Id { get; init; }

    /// <summary>Clothes and skin.</summary>
    public required PersonLook Look { get; init; }

    /// <summary>Height when standing, in fractions of the frame.</summary>
    public required float Height { get; init; }

    /// <summary>Where the hip is at time 0.</summary>
    public required float X { get; init; }

    /// <summary>Where the feet stand, in fractions of the frame from its top.</summary>
    public required float Ground { get; init; }

    /// <summary>1 faces right, -1 left.</summary>
    public required int Facing { get; init; }

    /// <summary>Where in its cycle a movement is at time 0, from 0 to 1.</summary>
    public required float Phase { get; init; }

    /// <summary>One of <see cref="WorldClasses.Postures"/>.</summary>
    public required WorldAction Posture { get; init; }

    /// <summary>One of <see cref="WorldClasses.Objects"/>, or null.</summary>
    public WorldAction? Object { get; init; }

    /// <summary>One of <see cref="WorldClasses.Meetings"/>, or null.</summary>
    public WorldAction? Meeting { get; init; }

    /// <summary>True for the one who gestures in a talk.</summary>
    public bool Leads { get; init; }

    /// <summary>Everything the person does, by id.</summary>
    public IEnumerable<WorldAction> Actions => new[] { Posture, Object, Meeting }.OfType<WorldAction>();
}
