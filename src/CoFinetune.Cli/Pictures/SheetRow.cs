using CoFinetune.Data;
using CoFinetune.Data.Loading;

namespace CoFinetune.Cli.Pictures;

/// <summary>One clip of a contact sheet.</summary>
/// <param name="Source">Its dataset.</param>
/// <param name="Sample">Where it came from and what it shows.</param>
/// <param name="Shape">Shape of the clip.</param>
/// <param name="Pixels">The clip, <c>[Shape, 3]</c>.</param>
internal sealed record SheetRow(ClipSource Source, ClipSample Sample, ClipShape Shape, byte[] Pixels)
{
    /// <summary>What is written above the frames: dataset, entry, and the class of a whole clip.</summary>
    public string Title
    {
        get
        {
            var time = Sample.Source.Timestamp is { } timestamp ? $" at {timestamp}" : "";
            var shown = Sample.Target is ClassTarget target ? $": {Source.Dataset.Labels.Classes[target.Label].Name}" : "";
            return $"{Source.Name}  {Sample.Source.Name}{time}{shown}";
        }
    }

    /// <summary>The persons of a keyframe with their actions; empty for whole clips.</summary>
    public IReadOnlyList<(Box Box, string Actions)> Persons => Sample.Target is not BoxTarget target
        ? []
        : [.. target.Boxes.Select((person, n) => (person.Box, $"{n + 1} {(person.Labels.Count > 0 ? Names(person.Labels) : $"detected, score {person.Score:0.##}")}"))];

    private string Names(IReadOnlyList<int> labels) => string.Join(" + ", labels.Select(label => Source.Dataset.Labels.Classes[label].Name));
}
