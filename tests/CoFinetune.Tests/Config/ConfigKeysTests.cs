using CoFinetune.Config;
using Xunit;

namespace CoFinetune.Tests.Config;

public sealed class ConfigKeysTests
{
    [Fact]
    public void List_Sample_HasPathsTypesBoundsAndDefaults()
    {
        var keys = ConfigKeys.List(typeof(SampleRun), ConfigFolder.Kinds);
        Assert.Contains(new ConfigKey("", "seed", null, "a whole number from 0 to 2147483647", false, "0"), keys);
        Assert.Contains(new ConfigKey("clip", "frames", null, "a whole number from 1 to 1024", true, null), keys);
        Assert.Contains(new ConfigKey("datasets.*", "share", null, "a number of at least 0", false, "1.0"), keys);
        Assert.Contains(new ConfigKey("optimizer", "type", null, "one of adam, sgd", true, null), keys);
        Assert.Contains(new ConfigKey("optimizer", "betas", "adam", "a list of numbers, each at least 0 and below 1", false, "[0.9, 0.999]"), keys);
        Assert.Contains(new ConfigKey("optimizer", "lr", "sgd", "a number of at least 0", false, "0.001"), keys);
        Assert.Contains(new ConfigKey("", "size", null, "one of Ti, B or null", false, "null"), keys);
        Assert.Contains("views.*.stride", keys.Select(key => key.Path));
        Assert.DoesNotContain("computed", keys.Select(key => key.Path));
        Assert.Equal(31, keys.Count);
    }
}
