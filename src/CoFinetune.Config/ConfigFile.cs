namespace CoFinetune.Config;

/// <summary>Reads a strict YAML file into a record: <c>extends:</c>, overrides, <c>${ENV}</c>, all mistakes in one pass.</summary>
public static class ConfigFile
{
    /// <summary>
    /// Reads <paramref name="path"/> and the files it names under <c>extends:</c>, lays <paramref name="overrides"/> over them, fills in
    /// environment variables and binds the result.
    /// </summary>
    /// <param name="path">The file, UTF-8, at most 1 MiB.</param>
    /// <param name="overrides">Changes in their order: <c>key=value</c>, <c>key+=value</c>, <c>~key</c>; keys are dotted paths.</param>
    /// <param name="kinds">What <c>type:</c> may name.</param>
    /// <param name="environment">The value of a variable, or null when it is not set.</param>
    /// <exception cref="ConfigException">Any mistake; all of them are listed.</exception>
    public static LoadedConfig<T> Load<T>(
        string path, IReadOnlyList<string> overrides, ConfigKinds kinds, Func<string, string?> environment)
        where T : notnull
    {
        var errors = new ErrorList();
        return Bind<T>(path, new ConfigSources(environment, errors).Read(path), overrides, kinds, environment, errors);
    }

    /// <summary>Reads YAML that lies in no file of its own, as <see cref="Load{T}"/> reads a file; <c>extends:</c> is no key there.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="overrides">Changes, as for a file.</param>
    /// <param name="kinds">What <c>type:</c> may name.</param>
    /// <param name="environment">The value of a variable, or null when it is not set.</param>
    /// <exception cref="ConfigException">Any mistake; all of them are listed.</exception>
    public static LoadedConfig<T> Parse<T>(
        string text, string name, IReadOnlyList<string> overrides, ConfigKinds kinds, Func<string, string?> environment)
        where T : notnull
    {
        var errors = new ErrorList();
        return Bind<T>(name, new ConfigSources(environment, errors).ReadMap(SourceText.OfFile(name, text)), overrides, kinds, environment, errors);
    }

    private static LoadedConfig<T> Bind<T>(
        string path, MapNode? file, IReadOnlyList<string> overrides, ConfigKinds kinds, Func<string, string?> environment, ErrorList errors)
        where T : notnull
    {
        var binder = new ConfigBinder(typeof(T), kinds, environment, errors);
        var map = Overrides.Apply(file ?? new MapNode(new ConfigPlace(path, 1, 1, 1, ""), []), overrides, environment, errors);
        // Without one of the files most keys would only seem to be missing.
        var value = file is null ? null : binder.Bind(map);
        errors.ThrowIfAny(path);
        return new LoadedConfig<T>((T)value!, binder.Origins);
    }
}
