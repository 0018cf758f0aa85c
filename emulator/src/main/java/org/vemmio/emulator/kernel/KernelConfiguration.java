package org.vemmio.emulator.kernel;

import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.vemmio.emulator.cpu.Cpu;

/// What a [GuestKernel] is made of, and keeps for good.
///
/// @param notifiers asked in order
/// @param contexts what the kernel is doing on a virtual processor
/// @param clock milliseconds, never decreasing
/// @param release the release that reports name
/// @param logCapacity how many reports the log holds, at least 1
/// @param hostTerminates whether the host ends a guest that asks for it
record KernelConfiguration(ExceptionTable exceptionTable, List<Notifier> notifiers, Function<Cpu, Context> contexts,
        LongSupplier clock, String release, int logCapacity, boolean hostTerminates) {
    KernelConfiguration {
        notifiers = List.copyOf(notifiers);
        if (logCapacity < 1) {
            throw new IllegalArgumentException("a log holds at least 1 report, not " + logCapacity);
        }
    }
}
