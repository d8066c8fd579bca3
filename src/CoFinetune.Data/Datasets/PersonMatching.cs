using CoFinetune.Data.Annotations;

namespace CoFinetune.Data.Datasets;

/// <summary>Gives detected persons the actions of annotated ones, to train on boxes as testing will see them (SlowFast, mmaction2).</summary>
internal static class PersonMatching
{
    /// <summary>The keyframes of <paramref name="truth"/> with the persons that <paramref name="persons"/> asks for, annotated ones first.</summary>
    /// <remarks>A detection takes the actions of the annotated box that it overlaps most, the first of equals, if their IoU is at least
    /// <paramref name="least"/>. Several detections may take the same; keyframes that only the detector names have no actions to learn.</remarks>
    public static IReadOnlyList<AnnotatedKeyframe> Choose(
        IReadOnlyList<AnnotatedKeyframe> truth, IReadOnlyList<AnnotatedKeyframe> detected, TrainPersons persons, double least)
    {
        var found = detected.ToDictionary(keyframe => keyframe.Mention.Keyframe, keyframe => keyframe.Persons);
        return [.. truth.Select(keyframe => keyframe with { Persons = [.. Persons(keyframe)] })];

        IEnumerable<PersonBox> Persons(AnnotatedKeyframe keyframe)
        {
            var matched = found.GetValueOrDefault(keyframe.Mention.Keyframe, []).Select(person => Match(keyframe.Persons, person, least)).OfType<PersonBox>();
            return persons == TrainPersons.Both ? keyframe.Persons.Concat(matched) : matched;
        }
    }

    private static PersonBox? Match(IReadOnlyList<PersonBox> annotated, PersonBox person, double least)
    {
        var best = annotated.MaxBy(other => Overlap(other.Box, person.Box));
        return best is not null && Overlap(best.Box, person.Box) >= least ? person with { Labels = best.Labels } : null;
    }

    /// <summary>Intersection over union.</summary>
    private static double Overlap(Box a, Box b)
    {
        var width = Math.Min(a.X2, b.X2) - Math.Max(a.X1, b.X1);
        var height = Math.Min(a.Y2, b.Y2) - Math.Max(a.Y1, b.Y1);
        if (width <= 0 || height <= 0) return 0;
        var both = (double)width * height;
        return both / (Area(a) + Area(b) - both);

        static double Area(Box box) => (double)(box.X2 - box.X1) * (box.Y2 - box.Y1);
    }
}
