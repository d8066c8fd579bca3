namespace CoFinetune.Data.Synthetic;

/// <summary>Draws places, persons and what they do together.</summary>
internal static class Casting
{
    private static readonly Rgb[] Skins = [new(255, 205, 165), new(235, 175, 135), new(195, 135, 95), new(140, 90, 65)];

    /// <summary>One large person who does <paramref name="action"/>, a posture or an object.</summary>
    public static Scene Solo(WorldAction action, WorldRandom random)
    {
        var place = Place(random);
        var isObject = WorldClasses.Objects.Contains(action);
        var person = Single(0, Look(random, place), random.Between(0.62f, 0.8f), random.Between(0.35f, 0.65f), random) with
        {
            Posture = isObject ? random.Even(WorldClasses.HandsFree) : action,
            Object = isObject ? action : null,
        };
        return new Scene(place.Shapes, [person]);
    }

    /// <summary>Two large persons who meet.</summary>
    public static Scene Pair(WorldAction meeting, WorldRandom random)
    {
        var place = Place(random);
        return new Scene(
            place.Shapes, Meet(meeting, 0, [Look(random, place), Look(random, place)], random.Between(0.55f, 0.75f), random.Between(0.4f, 0.6f), random));
    }

    /// <summary>Five to eight small persons who stand or walk.</summary>
    public static Scene Crowd(WorldRandom random)
    {
        var place = Place(random);
        var count = 5 + random.Index(4);
        var persons = Enumerable.Range(0, count)
            .Select(id => Single(id, Look(random, place), random.Between(0.32f, 0.45f), (id + random.Between(0.2f, 0.8f)) / count, random) with
            {
                Posture = random.Chance(0.5) ? WorldAction.Stand : WorldAction.Walk,
                Ground = random.Between(0.72f, 0.97f),
            })
            .OrderBy(person => person.Ground)
            .ToList();
        return new Scene(place.Shapes, persons);
    }

    /// <summary>A place without persons.</summary>
    public static Scene Empty(WorldRandom random) => new(Place(random).Shapes, []);

    /// <summary>The scenes of a video, one a second: a place and its cast stay for one to three seconds while what they do changes.</summary>
    /// <param name="seconds">Number of scenes.</param>
    /// <param name="rare">True draws classes by Zipf, as found in the wild; false evenly.</param>
    /// <param name="random">The draws.</param>
    public static IReadOnlyList<Scene> Film(int seconds, bool rare, WorldRandom random)
    {
        var scenes = new List<Scene>(seconds);
        for (var cast = 0; scenes.Count < seconds; cast++)
        {
            var place = Place(random);
            PersonLook[] looks = [Look(random, place), Look(random, place), Look(random, place)];
            var stay = 1 + random.Index(3);
            for (var second = 0; second < stay && scenes.Count < seconds; second++)
                scenes.Add(new Scene(place.Shapes, Company(cast * looks.Length, looks, rare, random)));
        }
        return scenes;
    }

    private static List<Person> Company(int firstId, PersonLook[] looks, bool rare, WorldRandom random)
    {
        var mirrored = random.Chance(0.5);
        if (random.Chance(0.4))
        {
            var third = random.Chance(0.3);
            var height = third ? random.Between(0.48f, 0.6f) : random.Between(0.55f, 0.8f);
            var persons = Meet(
                Draw(WorldClasses.Meetings), firstId, looks, height, Mirror(third ? random.Between(0.25f, 0.32f) : random.Between(0.35f, 0.65f)), random);
            if (third) persons.Add(Alone(2, Mirror(random.Between(0.76f, 0.84f)), height));
            return persons;
        }
        var count = 1 + random.Index(3);
        return [.. Enumerable.Range(0, count).Select(i => Alone(
            i, Mirror(((i + 0.5f) / count) + random.Between(-0.04f, 0.04f)), count == 3 ? random.Between(0.48f, 0.6f) : random.Between(0.5f, 0.8f)))];

        Person Alone(int index, float x, float height)
        {
            var posture = Draw(WorldClasses.Postures);
            var holds = WorldClasses.HandsFree.Contains(posture) && random.Chance(0.5);
            return Single(firstId + index, looks[index], height, x, random) with
            {
                Posture = posture,
                Object = holds ? Draw(WorldClasses.Objects) : null,
            };
        }

        WorldAction Draw(IReadOnlyList<WorldAction> actions) => rare ? random.Zipf(actions) : random.Even(actions);
        float Mirror(float x) => mirrored ? 1 - x : x;
    }

    private static List<Person> Meet(WorldAction meeting, int firstId, PersonLook[] looks, float height, float center, WorldRandom random)
    {
        var distance = height * (meeting switch
        {
            WorldAction.Talk => 0.5f,
            WorldAction.Follow => 0.48f,
            WorldAction.Hug => 0.19f,
            _ => 0.42f,
        });
        var leader = random.Index(2);
        var direction = random.Chance(0.5) ? 1 : -1;
        var left = Single(firstId, looks[0], height * random.Between(0.94f, 1), center - (distance / 2), random);
        var right = Single(firstId + 1, looks[1], height * random.Between(0.94f, 1), center + (distance / 2), random) with { Ground = left.Ground };
        return
        [
            Join(left, 0, 1),
            Join(right, 1, -1),
        ];

        Person Join(Person person, int index, int inwards) => person with
        {
            Posture = meeting == WorldAction.Follow ? WorldAction.Walk : WorldAction.Stand,
            Meeting = meeting,
            Facing = meeting == WorldAction.Follow ? direction : inwards,
            Leads = index == leader,
        };
    }

    private static Person Single(int id, PersonLook look, float height, float x, WorldRandom random) => new()
    {
        Id = id,
        Look = look,
        Height = height,
        X = x,
        Ground = random.Between(0.88f, 0.97f),
        Facing = random.Chance(0.5) ? 1 : -1,
        Phase = random.Between(0, 1),
        Posture = WorldAction.Stand,
    };

    private static PersonLook Look(WorldRandom random, Setting place)
    {
        return new PersonLook(Distinct(() => random.Even(Skins)), Distinct(Cloth), Distinct(Cloth));

        Rgb Cloth()
        {
            byte[] channels = [(byte)random.Between(200, 255), (byte)random.Between(40, 255), (byte)random.Between(40, 140)];
            var turn = random.Index(3);
            return random.Chance(0.5)
                ? new Rgb(channels[turn], channels[(turn + 1) % 3], channels[(turn + 2) % 3])
                : new Rgb(channels[turn], channels[(turn + 2) % 3], channels[(turn + 1) % 3]);
        }

        Rgb Distinct(Func<Rgb> draw)
        {
            var color = draw();
            for (var again = 0; again < 12 && Math.Min(color.DistanceTo(place.Sky), color.DistanceTo(place.Ground)) < 150; again++) color = draw();
            return color;
        }
    }

    private static Setting Place(WorldRandom random)
    {
        Rgb sky = Dull(50, 130), ground = Dull(30, 110);
        var horizon = random.Between(0.55f, 0.8f);
        List<Stroke> shapes = [new(sky, 0, 0, 1, horizon, 0, false), new(ground, 0, horizon, 1, 1, 0, false)];
        for (var blocks = 1 + random.Index(3); blocks > 0; blocks--)
        {
            float x = random.Between(0, 0.9f), y = random.Between(0, 0.8f);
            shapes.Add(new Stroke(Dull(30, 150), x, y, x + random.Between(0.05f, 0.2f), y + random.Between(0.05f, 0.2f), 0, false));
        }
        return new Setting(sky, ground, shapes);

        // Gray with a tint, so that persons stand out.
        Rgb Dull(float low, float high)
        {
            var gray = random.Between(low, high);
            return new Rgb(Tinted(), Tinted(), Tinted());

            byte Tinted() => (byte)(gray + random.Between(-20, 20));
        }
    }

    private sealed record Setting(Rgb Sky, Rgb Ground, IReadOnlyList<Stroke> Shapes);
}
