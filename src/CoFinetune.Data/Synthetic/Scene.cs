namespace CoFinetune.Data.Synthetic;

/// <summary>A place and the persons in it; a pure function from time to a picture.</summary>
/// <param name="Backdrop">Sky, ground and blocks, drawn first.</param>
/// <param name="Persons">The persons, the hindmost first.</param>
internal sealed record Scene(IReadOnlyList<Stroke> Backdrop, IReadOnlyList<Person> Persons)
{
    /// <summary>Draws the scene <paramref name="time"/> frames after its keyframe.</summary>
    public void Draw(Canvas canvas, float time)
    {
        foreach (var shape in Backdrop) canvas.Draw(shape);
        foreach (var person in Persons)
        {
            foreach (var shape in Figure.Pose(person, time)) canvas.Draw(shape);
        }
    }

    private const float Margin = 0.02f;

    /// <summary>The box around <paramref name="person"/> at the keyframe, drawn as generously as by hand, cut at the frame's edges.</summary>
    public static Box BoxOf(Person person)
    {
        var body = Figure.Pose(person, 0).Where(shape => shape.IsBody).ToList();
        return new Box(
            Inside(body.Min(shape => Math.Min(shape.X1, shape.X2) - shape.Radius) - Margin),
            Inside(body.Min(shape => Math.Min(shape.Y1, shape.Y2) - shape.Radius) - Margin),
            Inside(body.Max(shape => Math.Max(shape.X1, shape.X2) + shape.Radius) + Margin),
            Inside(body.Max(shape => Math.Max(shape.Y1, shape.Y2) + shape.Radius) + Margin));
    }

    private static float Inside(float fraction) => Math.Clamp(fraction, 0, 1);
}
