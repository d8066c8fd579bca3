using static System.MathF;

namespace CoFinetune.Data.Synthetic;

/// <summary>Poses a person: joint angles from what they do and the time, then limbs as thick lines.</summary>
/// <remarks>Lengths are in body heights; angles in radians from straight down, forwards positive.</remarks>
internal static class Figure
{
    private const float Thigh = 0.24f, Shin = 0.24f, Torso = 0.28f, Neck = 0.1f, UpperArm = 0.17f, Forearm = 0.17f;
    private const float TorsoRadius = 0.08f, LegRadius = 0.048f, ArmRadius = 0.04f, HeadRadius = 0.09f;
    private const float WalkSpeed = 0.022f, RunSpeed = 0.06f;             // frame widths per frame

    /// <summary>Bend of a limb's two halves.</summary>
    private readonly record struct Bend(float Upper, float Lower);

    private readonly record struct Joints(float Lean, Bend LegA, Bend LegB, Bend ArmA, Bend ArmB, float Lift = 0);

    private readonly record struct Point(float X, float Y)
    {
        public Point Along(float angle, float length) => new(X + (Sin(angle) * length), Y - (Cos(angle) * length));
    }

    /// <summary>The shapes of <paramref name="person"/> at <paramref name="time"/> (frames from the keyframe), the hindmost first.</summary>
    public static IReadOnlyList<Stroke> Pose(Person person, float time)
    {
        var (x, facing) = Place(person, time);
        var joints = Angles(person, time);
        var hip = new Point(0, joints.Lift + Math.Max(Reach(joints.LegA), Reach(joints.LegB)));
        var shoulder = hip.Along(PI - joints.Lean, Torso - 0.03f);
        var neck = hip.Along(PI - joints.Lean, Torso);
        var head = neck.Along(PI - (joints.Lean * (person.Posture == WorldAction.Lie ? 1 : 0.6f)), Neck);

        var shapes = new List<Stroke>(16);
        if (person.Posture == WorldAction.Sit) Block(new Point(-0.06f, hip.Y / 2), 0.12f, (hip.Y / 2) - 0.02f, new Rgb(120, 80, 50));
        Limb(hip, joints.LegB, Thigh, Shin, LegRadius, Darker(person.Look.Trousers));
        Limb(shoulder, joints.ArmB, UpperArm, Forearm, ArmRadius, Darker(person.Look.Skin));
        Limb(hip, joints.LegA, Thigh, Shin, LegRadius, person.Look.Trousers);
        Line(hip, shoulder, TorsoRadius, person.Look.Shirt);
        Line(head, head, HeadRadius, person.Look.Skin);
        switch (person.Object)
        {
            case WorldAction.Carry: Block(new Point(shoulder.X + 0.25f, shoulder.Y - 0.16f), 0.17f, 0.14f, new Rgb(240, 150, 40)); break;
            case WorldAction.Read: Block(new Point(shoulder.X + 0.26f, shoulder.Y + 0.03f), 0.12f, 0.16f, new Rgb(252, 252, 252)); break;
        }
        var hand = Limb(shoulder, joints.ArmA, UpperArm, Forearm, ArmRadius, person.Look.Skin);
        switch (person.Object)
        {
            case WorldAction.Phone: Line(head with { X = head.X + 0.05f }, head with { X = head.X + 0.05f }, 0.095f, new Rgb(30, 255, 50), body: false); break;
            case WorldAction.Wave: Line(hand, hand, 0.055f, person.Look.Skin); break;
        }
        return shapes;

        Point Limb(Point from, Bend bend, float upper, float lower, float radius, Rgb color)
        {
            var middle = from.Along(bend.Upper, upper);
            var end = middle.Along(bend.Lower, lower);
            Line(from, middle, radius, color);
            Line(middle, end, radius, color);
            return end;
        }

        void Line(Point a, Point b, float radius, Rgb color, bool body = true) =>
            shapes.Add(new Stroke(color, FrameX(a), FrameY(a), FrameX(b), FrameY(b), radius * person.Height, body));

        void Block(Point center, float halfWidth, float halfHeight, Rgb color)
        {
            float cx = FrameX(center), cy = FrameY(center), dx = halfWidth * person.Height, dy = halfHeight * person.Height;
            shapes.Add(new Stroke(color, cx - dx, cy - dy, cx + dx, cy + dy, 0, false));
        }

        float FrameX(Point point) => x + (facing * point.X * person.Height);
        float FrameY(Point point) => person.Ground - ((point.Y + LegRadius) * person.Height);
    }

    private static float Reach(Bend leg) => (Thigh * Cos(leg.Upper)) + (Shin * Cos(leg.Lower));

    private static (float X, int Facing) Place(Person person, float time)
    {
        const float left = 0.12f, right = 0.88f;
        var speed = person.Posture switch { WorldAction.Walk => WalkSpeed, WorldAction.Run => RunSpeed, _ => 0 };
        var x = person.X + (person.Facing * speed * time);
        // A follower must not turn before the one ahead does.
        if (person.Meeting is not null || speed == 0) return (x, person.Facing);
        if (x < left) return ((2 * left) - x, -person.Facing);
        return x > right ? ((2 * right) - x, -person.Facing) : (x, person.Facing);
    }

    private static Joints Angles(Person person, float time)
    {
        var body = person.Posture switch
        {
            WorldAction.Walk => Walk(Wave(10)),
            WorldAction.Sit => new Joints(0, new(1.5f, 0), new(1.5f, 0.1f), new(0.5f, 1.2f), new(0.4f, 1.1f)),
            WorldAction.Run => Run(Wave(7)),
            WorldAction.Lie => new Joints(-PI / 2, new(1.53f, 1.53f), new(1.53f, 1.53f), new(1.8f, 1.6f), new(1.4f, 1.5f), Lift: 0.05f),
            WorldAction.Jump => Jump(Abs(Wave(16))),
            WorldAction.Crouch => new Joints(0.75f, new(1.9f, -0.5f), new(1.7f, -0.6f), new(0.3f, 0.9f), new(0.2f, 0.7f)),
            WorldAction.Dance => Dance(Wave(10)),
            _ => new Joints(0, new(0.17f, 0.12f), new(-0.17f, -0.17f), new(0.3f, 0.15f), new(-0.3f, -0.15f)),
        };
        body = person.Object switch
        {
            WorldAction.Carry => body with { ArmA = new(0.55f, 1.5f), ArmB = new(0.55f, 1.4f) },
            WorldAction.Phone => body with { ArmA = new(1.0f, 2.8f) },
            WorldAction.Wave => body with { ArmA = new(2.3f, 2.8f + (0.8f * Wave(7))) },
            WorldAction.Read => body with { ArmA = new(0.6f, 1.8f), ArmB = new(0.6f, 1.7f) },
            _ => body,
        };
        return person.Meeting switch
        {
            WorldAction.Talk when person.Leads => body with { ArmA = new(0.9f + (0.4f * Wave(9)), 1.6f + (0.7f * Wave(9))) },
            WorldAction.Hug => body with { Lean = 0.1f, ArmA = new(1.4f, 1.5f), ArmB = new(1.7f, 1.7f) },
            WorldAction.Fight => Fight(body, Wave(7)),
            _ => body,
        };

        // Sine that comes round every so many frames.
        float Wave(float period) => Sin(2 * PI * (person.Phase + (time / period)));
    }

    private static Joints Walk(float s) => new(
        0.05f, new(0.55f * s, (0.55f * s) - 0.2f), new(-0.55f * s, (-0.55f * s) - 0.2f),
        new(-0.6f * s, (-0.6f * s) + 0.25f), new(0.6f * s, (0.6f * s) + 0.25f));

    private static Joints Run(float s) => new(
        0.42f, new(0.3f + (0.9f * s), (1.2f * s) - 0.8f), new(0.3f - (0.9f * s), (-1.2f * s) - 0.8f),
        new(-1.1f * s, (-1.1f * s) + 1.5f), new(1.1f * s, (1.1f * s) + 1.5f), Lift: 0.04f);

    private static Joints Jump(float up) => new(
        0, new(0.8f * up, -0.7f * up), new(0.6f * up, -0.9f * up), new(2.7f, 2.9f), new(-2.7f, -2.9f), Lift: 0.26f * up);

    private static Joints Dance(float s) => new(
        0.22f * s, new(0.45f + (0.15f * s), 0.2f), new(-0.45f + (0.15f * s), -0.2f),
        new(1.8f + (0.9f * s), 2.1f + (0.9f * s)), new(-1.8f + (0.9f * s), -2.1f + (0.9f * s)));

    private static Joints Fight(Joints body, float s)
    {
        float a = Math.Max(0, s), b = Math.Max(0, -s);
        return body with
        {
            Lean = 0.15f,
            LegA = new(0.4f, 0.1f),
            LegB = new(-0.35f, -0.5f),
            ArmA = new(0.5f + (1.1f * a), 2.5f - (0.85f * a)),
            ArmB = new(0.5f + (1.1f * b), 2.5f - (0.85f * b)),
        };
    }

    private static Rgb Darker(Rgb color) => new((byte)(color.R * 0.8f), (byte)(color.G * 0.8f), (byte)(color.B * 0.8f));
}
