using CoFinetune.Training.Tracking.TensorBoard;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>Writes ONNX files by hand: a graph that takes a picture and gives constants, and the mean of each channel where that is asked for.</summary>
internal sealed class OnnxModel
{
    private const int FloatType = 1;
    private const int ByteType = 2;
    private const int LongType = 7;

    private readonly ProtoWriter _graph = new ProtoWriter().Text(2, "graph");
    private readonly List<(string Key, string Value)> _metadata = [];

    /// <param name="shape">The picture; 0 is a length that is left open.</param>
    /// <param name="bytes">uint8 in place of float32.</param>
    public OnnxModel(long[] shape, bool bytes = false)
    {
        Input("images", bytes ? ByteType : FloatType, shape);
        Bytes = bytes;
    }

    private bool Bytes { get; }

    /// <summary>A further input of whole numbers.</summary>
    public OnnxModel WithSizes(string name, params long[] shape)
    {
        Input(name, LongType, shape);
        return this;
    }

    /// <summary>A constant output of float32.</summary>
    public OnnxModel With(string name, long[] shape, params float[] values)
    {
        var tensor = Tensor(name, FloatType, shape);
        foreach (var value in values) tensor.Float(4, value);
        return Constant(name, FloatType, shape, tensor);
    }

    /// <summary>A constant output of int64.</summary>
    public OnnxModel WithWhole(string name, long[] shape, params long[] values)
    {
        var tensor = Tensor(name, LongType, shape);
        foreach (var value in values) tensor.Integer(7, value);
        return Constant(name, LongType, shape, tensor);
    }

    /// <summary>An output <c>[3]</c>: the means of the picture's channels, which lie along an axis.</summary>
    public OnnxModel WithMeans(string name, int rank, int channelAxis)
    {
        if (Bytes) Node("Cast", "images", "floats", new ProtoWriter().Text(1, "to").Integer(3, FloatType).Integer(20, 2));
        var axes = new ProtoWriter().Text(1, "axes");
        for (var axis = 0; axis < rank; axis++)
            if (axis != channelAxis) axes.Integer(8, axis);
        Node("ReduceMean", Bytes ? "floats" : "images", name, axes.Integer(20, 7), new ProtoWriter().Text(1, "keepdims").Integer(3, 0).Integer(20, 2));
        _graph.Message(12, Value(name, FloatType, [3]));
        return this;
    }

    /// <summary>A line of the file's own description.</summary>
    public OnnxModel Described(string key, string value)
    {
        _metadata.Add((key, value));
        return this;
    }

    /// <summary>Writes the file.</summary>
    public string Write(string path)
    {
        var model = new ProtoWriter().Integer(1, 8).Message(7, _graph).Message(8, new ProtoWriter().Text(1, "").Integer(2, 13));
        foreach (var (key, value) in _metadata) model.Message(14, new ProtoWriter().Text(1, key).Text(2, value));
        File.WriteAllBytes(path, model.ToArray());
        return path;
    }

    private void Input(string name, int type, long[] shape) => _graph.Message(11, Value(name, type, shape));

    private OnnxModel Constant(string name, int type, long[] shape, ProtoWriter tensor)
    {
        _graph.Message(5, tensor);
        Node("Identity", $"{name}.value", name);
        _graph.Message(12, Value(name, type, shape));
        return this;
    }

    private void Node(string kind, string from, string to, params ProtoWriter[] attributes)
    {
        var node = new ProtoWriter().Text(1, from).Text(2, to).Text(4, kind);
        foreach (var attribute in attributes) node.Message(5, attribute);
        _graph.Message(1, node);
    }

    private static ProtoWriter Tensor(string name, int type, long[] shape)
    {
        var tensor = new ProtoWriter();
        foreach (var length in shape) tensor.Integer(1, length);
        return tensor.Integer(2, type).Text(8, $"{name}.value");
    }

    private static ProtoWriter Value(string name, int type, long[] shape)
    {
        var lengths = new ProtoWriter();
        foreach (var length in shape) lengths.Message(1, length > 0 ? new ProtoWriter().Integer(1, length) : new ProtoWriter().Text(2, "open"));
        return new ProtoWriter().Text(1, name).Message(2, new ProtoWriter().Message(1, new ProtoWriter().Integer(1, type).Message(2, lengths)));
    }
}
