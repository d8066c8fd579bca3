namespace CoFinetune.Models.Weights.PyTorch;

/// <summary>Finds the tensors in what a pickle left behind: dictionaries and lists in each other, which may share parts or contain themselves.</summary>
internal static class PickleWalk
{
    private const int FreeSteps = 10_000;
    private const int StepsPerByte = 4;

    /// <summary>Every tensor with its keys joined by dots, in the order of the pickle. Without recursion; the steps are bounded by the pickle's length.</summary>
    /// <param name="root">What was read.</param>
    /// <param name="pickleLength">Bytes of the pickle.</param>
    /// <param name="broken">Puts a problem into words.</param>
    public static IEnumerable<(string Name, PickleTensor Tensor)> Tensors(object? root, int pickleLength, Func<string, WeightsException> broken)
    {
        if (root is PickleTensor single) yield return ("", single);
        else if (!IsContainer(root)) throw broken("holds no dictionary of tensors");
        var budget = FreeSteps + ((long)StepsPerByte * pickleLength);
        var levels = new Stack<(string Name, object Container, int Next)>();
        if (IsContainer(root)) levels.Push(("", root!, 0));
        while (levels.TryPop(out var level))
        {
            if (--budget < 0) throw broken("holds the same parts in each other over and over");
            if (Entry(level.Container, level.Next) is not var (key, value)) continue;
            levels.Push(level with { Next = level.Next + 1 });
            if (value is not PickleTensor && !IsContainer(value)) continue;
            var part = key switch
            {
                string text => text,
                long number => number.ToString(),
                _ => throw broken($"keeps something in '{level.Name}' under a key that is neither text nor number"),
            };
            if (level.Name.Length + part.Length >= WeightIndex.MaxNameLength) throw broken("has a name that is too long");
            var name = levels.Count == 1 ? part : $"{level.Name}.{part}";
            if (value is PickleTensor tensor) yield return (name, tensor);
            else if (levels.Count == WeightIndex.MaxDepth) throw broken($"holds dictionaries or lists nested deeper than {WeightIndex.MaxDepth}, or one that contains itself");
            else levels.Push((name, value!, 0));
        }
    }

    private static bool IsContainer(object? value) => value is PickleDict or PickleList or object?[];

    private static (object? Key, object? Value)? Entry(object container, int index) => container switch
    {
        PickleDict dict => index < dict.Count ? dict[index] : null,
        PickleList list => index < list.Count ? ((long)index, list[index]) : null,
        object?[] tuple => index < tuple.Length ? ((long)index, tuple[index]) : null,
        _ => null,
    };
}
