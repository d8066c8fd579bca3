// D width, S 1 with a class token, else 0, N cells of a token grid
using System.IO.Enumeration;
using CoFinetune.Models.Layers;
using CoFinetune.Models.Weights;
using CoFinetune.Models.Weights.Files;
using static TorchSharp.torch;

namespace CoFinetune.Models.Import;

/// <summary>Fills a model from another program's weights: each parameter is taken, made from the file's, or starts fresh by a stated rule.</summary>
public sealed class WeightImport
{
    private const string TrunkPrefix = "trunk.";

    private readonly CoFinetuneModel _model;
    private readonly SourceModel _source;
    private readonly InitConfig _init;
    private readonly List<ImportRow> _rows = [];
    private readonly List<string> _problems = [];
    private readonly HashSet<string> _given = [];
    private readonly HashSet<string> _used = [];

    private WeightImport(CoFinetuneModel model, SourceModel source, InitConfig init) => (_model, _source, _init) = (model, source, init);

    /// <summary>Fills a model from a file.</summary>
    /// <param name="model">The model, on the CPU and not filled yet.</param>
    /// <param name="source">The file.</param>
    /// <param name="init">How its weights become the model's.</param>
    /// <exception cref="WeightsException">The weights do not fit; every reason is named.</exception>
    public static ImportReport Run(CoFinetuneModel model, SourceModel source, InitConfig init)
    {
        using var grad = no_grad();
        return new WeightImport(model, source, init).Run();
    }

    private ImportReport Run()
    {
        // Every shape is the same whatever the number, only the results are not.
        if (_source.Heads is { } heads && heads != _model.Trunk.Heads) _problems.Add($"it has {heads} attention heads, trunk.heads is {_model.Trunk.Heads}");
        if (_init.Head is not null && _source.HuggingFace is { ClassOfFirstToken: true })
            _problems.Add("its classifier reads the first token (use_mean_pooling in config.json), which no head here does: only its trunk can be a start (init.head=null)");
        foreach (var parameter in _model.DescribeParameters())
        {
            using var scope = NewDisposeScope();
            if (parameter.Head is null) FillTrunk(parameter.Name, parameter.Name[TrunkPrefix.Length..], parameter.Parameter);
            else FillHead(parameter.Name, _model.Datasets[parameter.Head.Value], parameter.Parameter);
        }
        RequireSameDepth();
        foreach (var name in _source.Unknown.Where(name => !Matches(name, _init.AllowUnused)).Take(1))
            _problems.Add($"the file has '{name}', which this trunk has no place for (init.allow_unused lets it go)");
        if (_problems.Count > 0) throw new WeightsException(_source.File.Path, Summary());
        _model.Fill(_given);
        _rows.AddRange(_source.File.Entries.Where(entry => !_used.Contains(entry.Name)).Select(entry => new ImportRow(ImportAction.Unused, entry.Name)));
        return new ImportReport($"{_source.Layout.Name}, {_source.File.Path}", _rows);
    }

    private string Summary()
    {
        var more = _problems.Count > 3 ? $"; and {_problems.Count - 3} more" : "";
        return $"the weights of a {_source.Layout.Name} do not fit: {string.Join("; ", _problems.Take(3))}{more}";
    }

    private void FillTrunk(string full, string name, Tensor parameter)
    {
        var source = _source.IsImage ? ImageStart.SourceOf(name, _init.Temporal) : name;
        var parts = source is null ? [] : _source.PartsOf(source);
        if (_source.IsImage && ImageStart.IsZero(name, _init.Temporal)) Done(full, ImportAction.Initialised, [], () => parameter.zero_(), "zero");
        else if (parts.Count == 0)
        {
            if (source is null || Matches(full, _init.AllowMissing)) Fresh(full);
            else _problems.Add($"it has nothing for '{full}'{MissingHint(name)}");
        }
        else if (!AreFractions(parts)) return;
        else if (name == "embedding.weight") FillEmbedding(full, parts[0], parameter);
        else if (name.EndsWith(".positions", StringComparison.Ordinal)) FillPositions(full, parts[0], parameter, GridOf(name));
        else if (Holds(full, parts, parameter)) Take(full, parts, parameter);
    }

    /// <summary>The head of the same name in our own files where it fits; the file's only head where <c>init.head</c> says whose it becomes.</summary>
    private void FillHead(string full, string dataset, Tensor parameter)
    {
        // Others have one projection; what else a head of ours has (a hidden layer) they have nothing for.
        var theirs = full.Split('.') is [_, _, "projection", var leaf] ? $"head.{leaf}" : "";
        var parts = _source.PartsOf(_source.IsOurs ? full : theirs);
        if (_init.Head == dataset)
        {
            if (parts.Count == 0) _problems.Add($"it has no head for '{full}' (init.head)");
            else if (AreFractions(parts) && Holds(full, parts, parameter)) Take(full, parts, parameter);
        }
        else if (_source.IsOurs && parts.Count > 0 && parts[0].Entry.Shape.SequenceEqual(parameter.shape))
        {
            Take(full, parts, parameter);
        }
        else
        {
            Fresh(full);
        }
    }

    /// <summary>The kernel <c>[D, t·h·w·C]</c>: the file's where it has as many frames, spread over ours from an image model.</summary>
    private void FillEmbedding(string full, StoredPart part, Tensor parameter)
    {
        var ours = _model.Trunk.Tubelets.Tubelet;
        var theirs = _source.Tubelet ?? ours;
        if (part.Count % parameter.size(0) != 0 || _source.Width != parameter.size(0) || (theirs.Height, theirs.Width) != (ours.Height, ours.Width) || (!_source.IsImage && theirs.Time != ours.Time))
        {
            _problems.Add($"'{full}' has {parameter.size(0)} values for tubelets of {ours}, the file {_source.Width} for {(_source.IsImage ? "patches" : "tubelets")} of {theirs}");
        }
        else if (!_source.IsImage)
        {
            if (Holds(full, [part], parameter)) Take(full, [part], parameter);
        }
        else if (part.Count * ours.Time != parameter.numel())
        {
            _problems.Add($"'{part.Entry.Name}' is {part.Entry.ShapeText}, which are no patches of red, green and blue");
        }
        else if (_init.Tubelet == TubeletStart.Random)
        {
            Fresh(full);
        }
        else
        {
            Done(full, ImportAction.Resized, [part], () =>
            {
                var kernel = part.Storage.ToOurs(_source.File.Read(part.Entry.Name), parameter.size(0)).to_type(float32); // [D, h*w*C]
                parameter.copy_(_init.Tubelet.Spread(kernel, ours.Time));
            }, $"{part.Entry.ShapeText} as the {_init.Tubelet.Words()}");
        }
    }

    /// <summary>Positions <c>[1, S + N, D]</c>, resampled where the grids differ, repeated over time from an image; a class token's is kept, dropped, or fresh.</summary>
    private void FillPositions(string full, StoredPart part, Tensor parameter, GridSize grid)
    {
        var slots = (int)parameter.size(1) - grid.Count;
        var shape = part.Entry.Shape;
        if (shape.Count != 3 || shape[0] != 1 || shape[2] != parameter.size(2))
        {
            _problems.Add($"'{part.Entry.Name}' is {part.Entry.ShapeText}, wanted [1, positions, {parameter.size(2)}]");
            return;
        }
        var theirSlots = _source.Names.Contains(full[TrunkPrefix.Length..].Replace("positions", "cls", StringComparison.Ordinal))
            || _source.IsImage && _source.Names.Contains("encoder.cls") ? 1 : 0;
        if (GridOfFile(full, (int)shape[1] - theirSlots, grid) is not { } theirGrid) return;
        if (slots == theirSlots && theirGrid == grid)
        {
            Take(full, [part], parameter);
            return;
        }
        if (slots > theirSlots && !Matches(full, _init.AllowMissing))
        {
            _problems.Add($"'{full}' begins with a class token, the file's does not (trunk.pool=mean, or init.allow_missing={full})");
            return;
        }
        Done(full, ImportAction.Resized, [part], () =>
        {
            var stored = _source.File.Read(part.Entry.Name).to_type(float32);
            if (slots < theirSlots) stored = stored.narrow(1, 1, theirGrid.Count);
            else if (slots > theirSlots) stored = cat([zeros(1, 1, stored.size(2)), stored], 1);
            parameter.copy_(PositionResampling.Apply(stored, theirGrid, grid, _model.Trunk.PositionRule));
        }, theirGrid != grid ? $"{theirGrid} to {grid}" : slots < theirSlots ? "without the class token's" : "with a class token's of zero");
    }

    /// <summary>The grid that positions of this name stand for in the model.</summary>
    private GridSize GridOf(string name)
    {
        var grid = _model.Trunk.LearnedGrid;
        return name.Split('.')[0] switch
        {
            "spatial" => grid with { Time = 1 },
            "temporal" => new(grid.Time, 1, 1),
            _ => grid,
        };
    }

    /// <summary>The grid that the file's <paramref name="count"/> positions stand for; null, and a problem, when that cannot be told.</summary>
    private GridSize? GridOfFile(string full, int count, GridSize ours)
    {
        var said = _init.Grid is [var t, var h, var w] ? new GridSize(t, h, w) : GridSize.Parse(_source.File.Metadata.GetValueOrDefault(GridSize.MetadataKey)) ?? ConfigGrid();
        if (said is { } all)
        {
            var part = full.Split('.')[1] switch { "spatial" => all with { Time = 1 }, "temporal" => new(all.Time, 1, 1), _ => all };
            if (part.Count == count) return part;
            if (_init.Grid is not null)
            {
                _problems.Add($"init.grid {all} has {part.Count} cells, '{full}' {count} in the file");
                return null;
            }
        }
        if (count == ours.Count && !_source.IsImage) return ours;
        if (full.Split('.')[1] == "temporal") return new(count, 1, 1);
        // As many slices and a square, or as large a slice and another number of them; which of two nobody but the user knows.
        var oneSlice = _source.IsImage || full.Split('.')[1] == "spatial";
        var slices = oneSlice ? 1 : ours.Time;
        var side = count % slices == 0 ? (int)Math.Round(Math.Sqrt((double)count / slices)) : 0;
        var likely = new List<GridSize>();
        if (side > 0 && side * side * slices == count) likely.Add(new(slices, side, side));
        if (!oneSlice && count > 0 && count % (ours.Height * ours.Width) == 0) likely.Add(ours with { Time = count / (ours.Height * ours.Width) });
        if (likely.Distinct().Count() == 1) return likely[0];
        var guess = likely.Count == 0 ? "" : $", {string.Join(" or ", likely)}";
        _problems.Add($"'{full}' has {count} positions in the file and {ours.Count} here ({ours}); say what grid they are{guess}: init.grid=[slices, rows, columns]");
        return null;
    }

    /// <summary>The grid of the clips that the file's <c>config.json</c> speaks of.</summary>
    private GridSize? ConfigGrid()
    {
        return _source.Tubelet is { } tubelet && _source.HuggingFace is { Image: var (height, width) } config && (_source.IsImage || config.Frames is not null)
            ? new((config.Frames ?? 1) / tubelet.Time, height / tubelet.Height, width / tubelet.Width)
            : null;
    }

    private bool Holds(string full, IReadOnlyList<StoredPart> parts, Tensor parameter)
    {
        if (parts.Sum(part => part.Count) == parameter.numel() && parts.All(part => FitsRows(part, parameter))) return true;
        var shapes = string.Join(" and ", parts.Select(part => part.Entry.ShapeText).Distinct());
        _problems.Add($"'{full}' is [{string.Join(", ", parameter.shape)}] here, {shapes} in the file ('{parts[0].Entry.Name}')");
        return false;
    }

    /// <summary>False, and a problem, for whole numbers: quantised weights mean nothing without their scales.</summary>
    private bool AreFractions(IReadOnlyList<StoredPart> parts)
    {
        var whole = parts.FirstOrDefault(part => part.Entry.Type is not (TensorType.F32 or TensorType.F64 or TensorType.F16 or TensorType.BF16));
        if (whole is not null) _problems.Add($"'{whole.Entry.Name}' is {whole.Entry.TypeText}, not floating point");
        return whole is null;
    }

    /// <summary>True when the stored matrix has our outputs where its layout puts them, so that equal counts are no accident.</summary>
    private static bool FitsRows(StoredPart part, Tensor parameter)
    {
        var rows = part.Third is null ? parameter.size(0) : parameter.size(0) / 3;
        if (parameter.dim() != 2) return true;
        return part.Storage == Storage.Transposed ? EndsWith(part.Entry.Shape, rows) : part.Entry.Shape is [var first, ..] && first == rows;
    }

    private static bool EndsWith(IReadOnlyList<long> shape, long product)
    {
        long all = 1;
        for (var i = shape.Count - 1; i >= 0 && all < product; i--) all *= shape[i];
        return all == product;
    }

    private void RequireSameDepth()
    {
        var ours = _model.DescribeParameters().Where(p => p.Head is null).Select(p => p.Name[TrunkPrefix.Length..]).ToHashSet();
        var taken = _source.IsImage ? ours.Select(name => ImageStart.SourceOf(name, TemporalStart.Copy)).ToHashSet() : ours.Select(name => (string?)name).ToHashSet();
        if (_source.IsOurs) taken.UnionWith(_source.Names.Where(name => name.StartsWith("heads.", StringComparison.Ordinal)));
        var extra = _source.Names.Where(name => name.Contains(".blocks.", StringComparison.Ordinal) && !taken.Contains(name)
            && !Matches(name, _init.AllowUnused)).ToList();
        if (extra.Count > 0) _problems.Add($"the file has more than this trunk: '{extra[0]}' and {extra.Count - 1} others (trunk.depth, trunk.attention, trunk.type)");
    }

    private string MissingHint(string name) => name switch
    {
        _ when name.EndsWith(".cls", StringComparison.Ordinal) => " (trunk.pool=mean has no class token)",
        _ when name.Contains("q_bias", StringComparison.Ordinal) => " (trunk.type=vivit for these weights)",
        _ when _source.Names.Any(known => known.EndsWith("q_bias", StringComparison.Ordinal)) => " (trunk.type=videomae for these weights)",
        _ => " (init.allow_missing lets it start fresh)",
    };

    private void Fresh(string full) => _rows.Add(new ImportRow(ImportAction.Initialised, full));

    private void Take(string full, IReadOnlyList<StoredPart> parts, Tensor parameter) => Done(full, ImportAction.Taken, parts, () =>
    {
        foreach (var part in parts) part.ReadInto(_source.File, parameter);
    });

    private void Done(string full, ImportAction action, IReadOnlyList<StoredPart> parts, Action fill, string note = "")
    {
        if (_problems.Count == 0) fill();
        _given.Add(full);
        _used.UnionWith(parts.Select(part => part.Entry.Name));
        _rows.Add(new ImportRow(action, full, note));
    }

    private static bool Matches(string name, IReadOnlyList<string> patterns) => patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));
}
