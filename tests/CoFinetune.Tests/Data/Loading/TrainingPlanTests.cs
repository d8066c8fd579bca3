using CoFinetune.Data.Loading;
using Xunit;

namespace CoFinetune.Tests.Data.Loading;

public sealed class TrainingPlanTests
{
    [Fact]
    public void At_ManySteps_TakesEveryEntryOnceAnEpoch()
    {
        int[] counts = [10, 7, 0];
        var plan = new TrainingPlan(new MixedConfig { Batch = 5 }.Build(MixedConfigTests.Sets(3, 2, 0), 100, 1), counts, 1);
        var requests = plan.From(0).Take(70).SelectMany(batch => batch.Requests).ToList();
        foreach (var dataset in new[] { 0, 1 })
        {
            var items = requests.Where(request => request.Dataset == dataset).Select(request => request.Item).ToList();
            foreach (var epoch in items.Chunk(counts[dataset]).Where(epoch => epoch.Length == counts[dataset]))
                Assert.Equal(Enumerable.Range(0, counts[dataset]), epoch.Order());
        }
        Assert.Equal(requests.Count, requests.Select(request => request.Seed).Distinct().Count());
    }

    [Fact]
    public void At_AnyStep_IsThatStepOfTheWholeRun()
    {
        var all = Plan(1).From(0).Take(50).ToList();
        for (var step = 0; step < 50; step++)
        {
            var batch = Plan(1).At(step);
            Assert.Equal(all[step].Requests, batch.Requests);
            Assert.Equal(all[step].Slices, batch.Slices);
        }
        Assert.NotEqual(all[0].Requests, Plan(2).At(0).Requests);
    }

    [Fact]
    public void At_OtherBatchSize_GivesTheSameSamples()
    {
        var small = Samples(2, 40);
        Assert.Equal(small, Samples(8, 10));

        static List<SampleRequest> Samples(int batch, int steps)
        {
            var mixture = new MixedConfig { Batch = batch }.Build(MixedConfigTests.Sets(1, 1), 100, 1);
            return [.. new TrainingPlan(mixture, [10, 7], 1).From(0).Take(steps).SelectMany(plan => plan.Requests).OrderBy(r => r.Dataset)];
        }
    }

    [Fact]
    public void At_Slices_CoverTheBatch()
    {
        var batch = Plan(1).At(3);
        var next = 0;
        foreach (var slice in batch.Slices)
        {
            Assert.Equal(next, slice.Start);
            next += slice.Count;
            for (var i = slice.Start; i < next; i++) Assert.Equal(slice.Dataset, batch.Requests[i].Dataset);
        }
        Assert.Equal(batch.Requests.Count, next);
    }

    private static TrainingPlan Plan(ulong seed) =>
        new(new MixedConfig { Batch = 6 }.Build(MixedConfigTests.Sets(0.2, 0.3, 0.5), 100, seed), [5, 11, 3], seed);
}
