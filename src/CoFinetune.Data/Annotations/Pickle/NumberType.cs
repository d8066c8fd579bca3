namespace CoFinetune.Data.Annotations.Pickle;

/// <summary>A numpy dtype of plain numbers.</summary>
/// <param name="Kind"><c>f</c>, <c>i</c> or <c>u</c>.</param>
/// <param name="Size">Bytes of a number.</param>
internal sealed record NumberType(char Kind, int Size)
{
    /// <summary>Whether the most significant byte comes first; known from the state that follows the type.</summary>
    public bool BigEndian { get; set; }

    /// <summary>The type called <c>f4</c>, <c>&lt;f8</c>, <c>i8</c>, …; null where it is not one of numbers.</summary>
    public static NumberType? Find(string name) => name.TrimStart('<', '>', '=', '|') switch
    {
        "f4" or "f8" or "i1" or "i2" or "i4" or "i8" or "u1" => new(name[^2], name[^1] - '0') { BigEndian = name[0] == '>' },
        _ => null,
    };
}
