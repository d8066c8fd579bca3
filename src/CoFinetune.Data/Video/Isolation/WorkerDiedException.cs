namespace CoFinetune.Data.Video.Isolation;

/// <summary>A decode worker ended in the middle of a request, or could not be started.</summary>
internal sealed class WorkerDiedException(string how, Exception? inner = null) : Exception(how, inner);
