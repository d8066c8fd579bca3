using System.Text;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>
/// Makes the parameters of a model: each one is a pure function of (seed, its own full name), whatever is built before or after it.
/// Their memory stays untouched until <see cref="Fill"/>, so that weights from a file are written once. Records on the way how the optimizer
/// is to treat each.
/// </summary>
public sealed class ParameterFactory
{
    // A standard normal cut at two standard deviations is this wide; flax divides by it so that the cut weights keep their variance.
    private const double StdOfNormalCutAtTwo = 0.87962566103423978;

    // erf(2/√2): a uniform number within ± this, put through the inverse of erf, is such a cut normal.
    private const double ErfOfCutAtTwo = 0.95449973610364158;

    private readonly ulong _seed;
    private readonly string _prefix;
    private readonly int _depth;
    private readonly Dictionary<string, ParameterRole> _roles;
    private readonly Dictionary<string, Action> _unfilled;

    /// <summary>The factory of a whole model.</summary>
    public ParameterFactory(ulong seed)
        : this(seed, "", 0, [], [])
    {
    }

    private ParameterFactory(ulong seed, string prefix, int depth, Dictionary<string, ParameterRole> roles, Dictionary<string, Action> unfilled)
    {
        (_seed, _prefix, _depth) = (seed, prefix, depth);
        (_roles, _unfilled) = (roles, unfilled);
    }

    /// <summary>In what numbers the layers that are made from it compute; float32 unless a trunk is told otherwise.</summary>
    internal Arithmetic Arithmetic { get; init; } = new();

    /// <summary>Into what the trunk's encoders cut a forward pass.</summary>
    internal Stretches Stretches { get; init; } = new();

    /// <summary>The role of every parameter made so far, here or in any <see cref="In"/> of it, by full name.</summary>
    public IReadOnlyDictionary<string, ParameterRole> Roles => _roles;

    /// <summary>The same factory for the parameters of the component <paramref name="name"/>.</summary>
    public ParameterFactory In(string name) => With($"{_prefix}{name}.", _depth, Arithmetic);

    /// <summary>The same factory for parameters <paramref name="depth"/> layers above the input (0: the embedding).</summary>
    public ParameterFactory AtDepth(int depth) => With(_prefix, depth, Arithmetic);

    /// <summary>The same factory for layers that compute otherwise.</summary>
    internal ParameterFactory With(Arithmetic arithmetic) => With(_prefix, _depth, arithmetic);

    /// <summary>A projection <c>[outputs, inputs]</c>, uniform within ±sqrt(6 / (inputs + fanOut)).</summary>
    /// <param name="name">Name within the component.</param>
    /// <param name="outputs">Rows.</param>
    /// <param name="inputs">Columns.</param>
    /// <param name="fanOut">Outputs of one projection when several are stacked in this matrix; 0 stands for all rows.</param>
    public Parameter XavierUniform(string name, int outputs, int inputs, int fanOut = 0)
    {
        var bound = Math.Sqrt(6.0 / (inputs + (fanOut == 0 ? outputs : fanOut)));
        return Make(name, decays: true, [outputs, inputs], (values, generator) => values.uniform_(-bound, bound, generator));
    }

    /// <summary>A projection <c>[outputs, inputs]</c>, normal with variance 1/inputs, cut at two standard deviations (flax's default).</summary>
    public Parameter LecunNormal(string name, int outputs, int inputs)
    {
        var std = Math.Sqrt(1.0 / inputs) / StdOfNormalCutAtTwo;
        return Make(name, decays: true, [outputs, inputs], (values, generator) =>
            values.uniform_(-ErfOfCutAtTwo, ErfOfCutAtTwo, generator).erfinv_().mul_(std * Math.Sqrt(2)));
    }

    /// <summary>A projection <c>[outputs, inputs]</c> that starts at zero.</summary>
    public Parameter ZeroMatrix(string name, int outputs, int inputs) =>
        Make(name, decays: true, [outputs, inputs], (values, _) => values.zero_());

    /// <summary>Values without weight decay (biases, positions), normal around zero.</summary>
    public Parameter Normal(string name, double std, params long[] shape) =>
        Make(name, decays: false, shape, (values, generator) => values.normal_(0, std, generator));

    /// <summary>Values without weight decay (biases, norms, class tokens), all alike.</summary>
    public Parameter Constant(string name, double value, params long[] shape) =>
        Make(name, decays: false, shape, (values, _) => values.fill_(value));

    /// <summary>Gives their fresh values to all parameters that have none yet, save those in <paramref name="given"/>, whose values come from elsewhere.</summary>
    public void Fill(IReadOnlySet<string>? given = null)
    {
        using var grad = no_grad();
        foreach (var (name, fill) in _unfilled) if (given?.Contains(name) != true) fill();
        _unfilled.Clear();
    }

    private ParameterFactory With(string prefix, int depth, Arithmetic arithmetic) =>
        new(_seed, prefix, depth, _roles, _unfilled) { Arithmetic = arithmetic, Stretches = Stretches };

    private Parameter Make(string name, bool decays, long[] shape, Action<Tensor, Generator> fill)
    {
        var fullName = _prefix + name;
        _roles.Add(fullName, new ParameterRole(decays, _depth));
        using var grad = no_grad();
        var parameter = new Parameter(empty(shape, float32, CPU));
        _unfilled.Add(fullName, () =>
        {
            using var generator = new Generator(KeyOf(fullName), CPU);
            fill(parameter, generator);
        });
        return parameter;
    }

    /// <summary>FNV-1a of the name, mixed with the seed by splitmix64's finaliser.</summary>
    private ulong KeyOf(string name)
    {
        var hash = 14695981039346656037;
        foreach (var b in Encoding.UTF8.GetBytes(name)) hash = (hash ^ b) * 1099511628211;
        hash += _seed * 0x9E3779B97F4A7C15;
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return hash ^ (hash >> 31);
    }
}
