using System.Buffers.Binary;

namespace CoFinetune.Data.Annotations.Pickle;

/// <summary>A numpy array of at most two sides, still in the bytes of the file.</summary>
internal sealed class NumberArray
{
    private NumberType _type = new('f', 8);
    private ReadOnlyMemory<byte> _bytes;
    private bool _byColumn;

    /// <summary>Rows.</summary>
    public long Rows { get; private set; }

    /// <summary>Columns; 1 for an array of one side.</summary>
    public long Columns { get; private set; } = 1;

    /// <summary>The number at a place.</summary>
    public double this[long row, long column]
    {
        get
        {
            var index = _byColumn ? (column * Rows) + row : (row * Columns) + column;
            var bytes = _bytes.Span.Slice((int)(index * _type.Size), _type.Size);
            Span<byte> ordered = stackalloc byte[8];
            ordered = ordered[.._type.Size];
            bytes.CopyTo(ordered);
            if (_type.BigEndian) ordered.Reverse();
            return (_type.Kind, _type.Size) switch
            {
                ('f', 4) => BinaryPrimitives.ReadSingleLittleEndian(ordered),
                ('f', 8) => BinaryPrimitives.ReadDoubleLittleEndian(ordered),
                ('i', 2) => BinaryPrimitives.ReadInt16LittleEndian(ordered),
                ('i', 4) => BinaryPrimitives.ReadInt32LittleEndian(ordered),
                ('i', 8) => BinaryPrimitives.ReadInt64LittleEndian(ordered),
                ('i', 1) => (sbyte)ordered[0],
                _ => ordered[0],
            };
        }
    }

    /// <summary>Gives the array its content; false where the bytes are not those of the shape.</summary>
    public bool Fill(object?[] shape, NumberType type, ReadOnlyMemory<byte> bytes, bool byColumn)
    {
        if (shape.Length is not (1 or 2) || !shape.All(side => side is long and >= 0 and <= int.MaxValue)) return false;
        (Rows, Columns) = ((long)shape[0]!, shape.Length == 2 ? (long)shape[1]! : 1);
        (_type, _bytes, _byColumn) = (type, bytes, byColumn);
        // Both are below 2^31, so the product fits; with 8 bytes each it might not.
        return Rows * Columns <= int.MaxValue && Rows * Columns * type.Size == bytes.Length;
    }
}
