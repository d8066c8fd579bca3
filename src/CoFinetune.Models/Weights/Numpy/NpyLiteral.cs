namespace CoFinetune.Models.Weights.Numpy;

/// <summary>Reads <c>{'descr': '&lt;f4', 'fortran_order': False, 'shape': (3, 4), }</c>, and nothing else that Python could mean.</summary>
internal sealed class NpyLiteral(string text, Func<string, Exception?, WeightsException> broken)
{
    private int _at;

    public NpyHeader Parse(int dataStart)
    {
        (TensorType Type, bool IsBigEndian)? type = null;
        bool? isFortran = null;
        List<long>? shape = null;
        Expect('{');
        while (!Accept('}'))
        {
            var key = Text();
            Expect(':');
            switch (key)
            {
                case "descr" when type is null:
                    type = ElementType();
                    break;
                case "fortran_order" when isFortran is null:
                    isFortran = Truth();
                    break;
                case "shape" when shape is null:
                    shape = Sides();
                    break;
                default:
                    throw Wrong($"has the key '{key}'{(key is "descr" or "fortran_order" or "shape" ? " twice" : "")}");
            }
            if (Accept(',')) continue;
            Expect('}');
            break;
        }
        Blanks();
        if (_at != text.Length) throw Wrong("goes on after its end");
        if (type is null || isFortran is null || shape is null) throw Wrong("lacks one of descr, fortran_order and shape");
        if (TensorTypes.Bytes(type.Value.Type, shape) is null) throw Wrong($"gives the impossible shape [{string.Join(", ", shape)}]");
        return new(type.Value.Type, type.Value.IsBigEndian, isFortran.Value, shape, dataStart);
    }

    private (TensorType Type, bool IsBigEndian) ElementType()
    {
        Blanks();
        if (_at < text.Length && text[_at] == '[') throw Wrong("describes a table of several columns, no tensor");
        var name = Text();
        TensorType? type = name.AsSpan(Math.Min(1, name.Length)) switch
        {
            "b1" => TensorType.Bool,
            "u1" => TensorType.U8,
            "i1" => TensorType.I8,
            "i2" => TensorType.I16,
            "u2" => TensorType.U16,
            "f2" => TensorType.F16,
            "V2" => TensorType.BF16,     // JAX's bfloat16 is unknown to numpy, which saves it as two bytes of anything.
            "i4" => TensorType.I32,
            "u4" => TensorType.U32,
            "f4" => TensorType.F32,
            "f8" => TensorType.F64,
            "i8" => TensorType.I64,
            "u8" => TensorType.U64,
            _ => null,
        };
        if (name.Contains('O')) throw Wrong("describes Python objects, which are stored as code that would have to be run");
        if (type is null || name[0] is not ('<' or '>' or '|')) throw Wrong($"gives the element type '{name}', which is no tensor's");
        return (type.Value, name[0] == '>');
    }

    private bool Truth()
    {
        Blanks();
        if (text.AsSpan(_at).StartsWith("False", StringComparison.Ordinal))
        {
            _at += 5;
            return false;
        }
        if (!text.AsSpan(_at).StartsWith("True", StringComparison.Ordinal)) throw Wrong("has a fortran_order that is neither True nor False");
        _at += 4;
        return true;
    }

    private List<long> Sides()
    {
        var sides = new List<long>();
        Expect('(');
        var comma = true;
        while (!Accept(')'))
        {
            if (!comma) throw Wrong("has a shape that is no list of numbers");
            Blanks();
            var first = _at;
            while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
            if (!long.TryParse(text.AsSpan(first, _at - first), out var side)) throw Wrong("has a shape with something else than whole numbers from 0 to 2^63-1");
            if (_at < text.Length && text[_at] == 'L') _at++;       // As Python 2 wrote long numbers.
            sides.Add(side);
            comma = Accept(',');
        }
        if (sides.Count == 1 && !comma) throw Wrong("has a shape that is a number, no list");
        return sides;
    }

    private string Text()
    {
        Blanks();
        if (_at < text.Length && text[_at] is '\'' or '"')
        {
            var end = text.IndexOf(text[_at], _at + 1);
            if (end > 0 && text.AsSpan(_at, end - _at).IndexOf('\\') < 0)
            {
                var found = text[(_at + 1)..end];
                _at = end + 1;
                return found;
            }
        }
        throw Wrong("is no dictionary of plain texts");
    }

    private bool Accept(char letter)
    {
        Blanks();
        if (_at >= text.Length || text[_at] != letter) return false;
        _at++;
        return true;
    }

    private void Expect(char letter)
    {
        if (!Accept(letter)) throw Wrong($"has no '{letter}' where one belongs");
    }

    private void Blanks()
    {
        while (_at < text.Length && text[_at] is ' ' or '\n' or '\t' or '\r') _at++;
    }

    private WeightsException Wrong(string problem) => broken($"has a numpy header that {problem}", null);
}
