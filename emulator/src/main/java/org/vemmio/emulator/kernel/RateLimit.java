package org.vemmio.emulator.kernel;

/// How often a statement prints: ten times in five seconds (Linux lib/ratelimit.c, with its defaults).
final class RateLimit {
    private static final long INTERVAL = 5_000;
    private static final int BURST = 10;

    private boolean started;
    private long begin;
    private int printed;
    private int missed;

    /// What a statement may do.
    ///
    /// @param prints whether it prints
    /// @param suppressed how many have not printed in the interval that has just ended; 0 if none has ended
    record Allowance(boolean prints, int suppressed) {
    }

    /// Asks for the next print at the time `now`, in milliseconds.
    Allowance next(long now) {
        int suppressed = 0;
        if (!started) {
            started = true;
            begin = now;
        } else if (now - begin > INTERVAL) {
            suppressed = missed;
            missed = 0;
            begin = now;
            printed = 0;
        }
        if (printed < BURST) {
            printed++;
            return new Allowance(true, suppressed);
        }
        missed++;
        return new Allowance(false, suppressed);
    }
}
