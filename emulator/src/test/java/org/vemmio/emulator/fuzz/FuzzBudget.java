package org.vemmio.emulator.fuzz;

import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// How much a fuzzing test tries, and from which seed: the system property `fuzz.seconds` gives whole seconds for each
/// test (without it a test tries a fixed number of cases, that of a short run), `fuzz.seed` the seed (without it a
/// random one). The seed and the number of cases are printed in the end, whatever the end is.
///
/// Every case has random numbers of its own, from a seed of its own, so that a failure comes back at once: its message
/// tells the `-Dfuzz.seed` with which the failing case is the first.
public final class FuzzBudget {
    private final String test;
    private final long seconds;
    private final long shortRun;
    private final long seed;

    private FuzzBudget(String test, long seconds, long shortRun, long seed) {
        this.test = test;
        this.seconds = seconds;
        this.shortRun = shortRun;
        this.seed = seed;
    }

    /// Tries one case.
    @FunctionalInterface
    public interface FuzzCase {
        /// Tries one case; whatever it throws is the test's failure.
        void run(Random random) throws Exception;
    }

    /// {@return the budget that the system properties give}
    ///
    /// @param test what is printed, best the name of class and method
    /// @param shortRun how many cases are tried without `fuzz.seconds`, at least 1
    /// @throws IllegalArgumentException if a property is no number
    public static FuzzBudget of(String test, long shortRun) {
        String seed = System.getProperty("fuzz.seed");
        return new FuzzBudget(test, Long.parseLong(System.getProperty("fuzz.seconds", "0")), shortRun,
                seed == null ? new SplittableRandom().nextLong() : Long.parseLong(seed));
    }

    /// {@return the seed of the first case; that of each further one is greater by 1}
    public long seed() {
        return seed;
    }

    /// Tries cases until the budget is used up or one fails.
    ///
    /// @throws AssertionError if one fails, with the seed of that case in the message
    public void run(FuzzCase fuzzCase) {
        long start = System.nanoTime();
        long cases = 0;
        try {
            do {
                run(fuzzCase, seed + cases);
                cases++;
            } while (seconds > 0 ? System.nanoTime() - start < TimeUnit.SECONDS.toNanos(seconds) : cases < shortRun);
        } finally {
            System.out.printf("fuzz %s: -Dfuzz.seed=%d, %,d cases in %.1f s%n", test, seed, cases,
                    (System.nanoTime() - start) / 1e9);
        }
    }

    private void run(FuzzCase fuzzCase, long caseSeed) {
        try {
            fuzzCase.run(Random.from(new SplittableRandom(caseSeed)));
        } catch (Exception | Error e) {
            throw new AssertionError("%s, at once with -Dfuzz.seed=%d: %s".formatted(test, caseSeed, e.getMessage()), e);
        }
    }
}
