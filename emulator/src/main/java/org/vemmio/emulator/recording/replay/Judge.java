package org.vemmio.emulator.recording.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.vemmio.decoder.linux.KernelInsn;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.engine.Completion;
import org.vemmio.emulator.handler.architectural.ArchitecturalHandler;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Errno;
import org.vemmio.emulator.outcome.Hazard;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.outcome.OutcomeKind;
import org.vemmio.emulator.outcome.Recovery;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.KernelDecoding;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.StateAfter;

/// Compares what came of a trap with what its recording tells, and collects the differences. For one trap.
final class Judge {
    /// Where a user's addresses end under Linux with 4 levels of paging (`TASK_SIZE_MAX`).
    private static final long USER_END = (1L << 47) - LinearMemory.PAGE_SIZE;

    private final RecordedTrap trap;
    private final Outcome outcome;
    private final CpuState after;
    private final MemoryMap memory;
    private final ReplayBus bus;
    private final List<Difference> differences = new ArrayList<>();

    Judge(RecordedTrap trap, Outcome outcome, CpuState after, MemoryMap memory, ReplayBus bus) {
        this.trap = trap;
        this.outcome = outcome;
        this.after = after;
        this.memory = memory;
        this.bus = bus;
    }

    List<Difference> differences() {
        return differences;
    }

    /// Returns the outcome that made the device accesses: that of the handler to which a policy handed the trap, if it
    /// did.
    static Outcome effective(Outcome outcome) {
        return outcome instanceof Outcome.Recovered recovered && recovered.by() != null
                && recovered.decision().action() instanceof Action.Recover(Recovery.Handler _)
                ? recovered.by() : outcome;
    }

    private static boolean wasExecuted(Outcome outcome) {
        return outcome instanceof Outcome.Emulated
                || outcome instanceof Outcome.Exception exception && exception.complete();
    }

    /// Judges a trap of which the recording does not tell what must come out. That its accesses were recorded tells
    /// that a processor executed it; a fault disagrees with that if it is the processor's, and is a refusal if it is a
    /// Linux handler's, which decodes by rules of its own.
    Verdict judge() {
        Outcome end = effective(outcome);
        differences.addAll(bus.differences());
        if (wasExecuted(end)) {
            differences.addAll(bus.missing());
            return differences.isEmpty() ? Verdict.AGREED : Verdict.DISAGREED;
        }
        if (end instanceof Outcome.Exception exception && !bus.missing().isEmpty()
                && exception.handler().equals(ArchitecturalHandler.INSTANCE.name())) {
            unexpected("emulated");
        }
        return differences.isEmpty() ? Verdict.REFUSED : Verdict.DISAGREED;
    }

    /// Judges a trap by what must come out.
    Verdict judge(Expectation expectation) {
        switch (expectation) {
            case Expectation.Emulated emulated -> emulated(emulated);
            case Expectation.Failed failed -> failed(failed);
            case Expectation.Exception faulted -> faulted(faulted);
        }
        return differences.isEmpty() ? Verdict.AGREED : Verdict.DISAGREED;
    }

    private void emulated(Expectation.Emulated expected) {
        if (!wasExecuted(effective(outcome))) {
            unexpected("emulated");
            differences.addAll(bus.differences());
            return;
        }
        if (expected.remaining() && !Completion.isIncomplete(outcome)) {
            add(Difference.Kind.PROGRESS, "progress", "incomplete", "complete");
        }
        differences.addAll(bus.differences());
        differences.addAll(bus.missing());
        CpuState state = trap.cpu();
        if (!expected.remaining()) {
            state.setRip(after.rip());
        }
        expected.after().applyTo(state);
        compare(state, expected.after(), expected.after().memory(), expected.after().backing());
    }

    private void failed(Expectation.Failed expected) {
        if (outcome instanceof Outcome.Exception exception
                && expected.end().equals(Optional.of(Expectation.End.INJECT))) {
            differences.addAll(bus.differences());
            differences.addAll(bus.missing());
            event(expected.injected(), exception);
            return;
        }
        if (outcome instanceof Outcome.Emulated emulated && expected.end().equals(Optional.of(Expectation.End.SKIP))
                && emulated.hazards().stream().anyMatch(hazard -> hazard.kind() == Hazard.Kind.SKIPPED)) {
            skipped();
            return;
        }
        if (!(outcome instanceof Outcome.Failed failed)) {
            unexpected("failure");
            differences.addAll(bus.differences());
            return;
        }
        Optional<Errno> got = failed.failure().errno();
        expected.errno().filter(errno -> !got.equals(Optional.of(errno))).ifPresent(errno ->
                add(Difference.Kind.ERRNO, "errno", errno.name(), got.map(Errno::name).orElse("none")));
        String label = failed.failure().check().label();
        if (!expected.check().isEmpty() && !expected.check().equals(label)) {
            add(Difference.Kind.CHECK, "check", expected.check(), label);
        }
        expected.end().ifPresent(end -> end(end, expected.injected(), failed));
        if (effective(outcome) == outcome) {
            differences.addAll(bus.differences());
            differences.addAll(bus.missing());
        }
    }

    /// Judges an instruction that was passed over: RIP has moved, and nothing else has happened.
    private void skipped() {
        if (after.rip() == trap.rip()) {
            add(Difference.Kind.PROGRESS, "progress", "complete", "incomplete");
        }
        differences.addAll(bus.differences());
        differences.addAll(bus.missing());
        CpuState state = trap.cpu();
        state.setRip(after.rip());
        compare(state, StateAfter.AS_BEFORE, trap.guestMemory().ranges(), trap.backing());
    }

    /// Compares how a refusal ended. Where the caller decides that is not known yet.
    private void end(Expectation.End expected, Expectation.Event injected, Outcome.Failed failed) {
        String got = switch (failed) {
            case Outcome.Propagated _ -> expected.label();
            case Outcome.Terminated _ -> Expectation.End.TERMINATE.label();
            case Outcome.Injected _ -> Expectation.End.INJECT.label();
            case Outcome.Halted _ -> Expectation.End.HALT.label();
            case Outcome.Aborted _ -> Expectation.End.ABORT.label();
            case Outcome.VmmError _ -> Expectation.End.ERROR.label();
            case Outcome.Recovered recovered when recovered.fixup() == null && recovered.by() == null ->
                Expectation.End.SKIP.label();
            default -> failed.kernelEnding().map(Ending::label).orElse(OutcomeKind.of(failed).label());
        };
        if (!expected.label().equals(got)) {
            add(Difference.Kind.END, "end", expected.label(), got);
        } else if (failed instanceof Outcome.Injected event) {
            event(injected, event);
        }
    }

    private void faulted(Expectation.Exception expected) {
        differences.addAll(bus.differences());
        if (!(effective(outcome) instanceof Outcome.Exception exception)) {
            unexpected("exception");
            return;
        }
        differences.addAll(bus.missing());
        event(expected.event(), exception);
        CpuState state = trap.cpu();
        expected.after().applyTo(state);
        List<ByteRange> memory = expected.after().memory();
        compare(state, expected.after(), memory.isEmpty() ? trap.guestMemory().ranges() : memory,
                expected.after().backing().or(trap::backing));
    }

    private void event(Expectation.Event expected, Outcome.Injected got) {
        vector(expected, got.vector());
        expected.errorCode().ifPresent(code -> {
            if (got.errorCode().isPresent()) {
                number(Difference.Kind.ERROR_CODE, "error code", code,
                        Integer.toUnsignedLong(got.errorCode().getAsInt()));
            } else {
                add(Difference.Kind.ERROR_CODE, "error code", "0x" + Long.toHexString(code), "none");
            }
        });
    }

    private void vector(Expectation.Event expected, int got) {
        expected.vector().ifPresent(vector -> {
            if (vector != got) {
                add(Difference.Kind.VECTOR, "vector", Integer.toString(vector), Integer.toString(got));
            }
        });
    }

    private void event(Expectation.Event expected, Outcome.Exception got) {
        vector(expected, got.vector());
        long told = errorCodeMask(got);
        expected.errorCode().ifPresent(code -> number(Difference.Kind.ERROR_CODE, "error code", code & told,
                Integer.toUnsignedLong(got.errorCode()) & told));
        if (got.vector() == Outcome.Exception.PF) {
            expected.cr2().ifPresent(address -> number(Difference.Kind.CR2, "cr2", address, got.address()));
        }
    }

    /// Returns the bits of an error code that a recording can tell. Linux tells a user that an address of the kernel is
    /// present, whatever is there (arch/x86/mm/fault.c, `sanitize_error_code`).
    private long errorCodeMask(Outcome.Exception got) {
        return got.vector() == Outcome.Exception.PF && after.cpl() == 3
                && Long.compareUnsigned(got.address(), USER_END) >= 0 ? ~LinearMemory.PF_PRESENT : -1;
    }

    private void number(Difference.Kind kind, String name, long expected, long got) {
        if (expected != got) {
            add(kind, name, "0x" + Long.toHexString(expected), "0x" + Long.toHexString(got));
        }
    }

    private void compare(CpuState expected, StateAfter told, List<ByteRange> ranges, Optional<ByteRange> backing) {
        StateComparison comparison = new StateComparison(trap, after, memory, bus);
        comparison.registers(expected, told);
        comparison.memory(ranges);
        comparison.backing(backing);
        differences.addAll(comparison.differences());
    }

    private void unexpected(String expected) {
        add(Difference.Kind.OUTCOME, "outcome", expected, switch (effective(outcome)) {
            case Outcome.Emulated _ -> "emulated";
            case Outcome.Exception exception -> "exception " + Outcome.Exception.name(exception.vector());
            case Outcome.Failed failed ->
                "failure %s, %s".formatted(failed.failure().errno().map(Errno::name).orElse("without an errno"),
                        failed.failure().check().label());
        });
    }

    /// Judges what Linux's own decoder says.
    void linux(KernelDecoding expected, KernelInsn got) {
        if (expected.type() != got.mmioType()) {
            add(Difference.Kind.LINUX, "type", expected.type().name(), got.mmioType().name());
        }
        linux("length", expected.length(), got.length());
        linux("size", expected.size(), got.mmioSize());
    }

    private void linux(String name, OptionalInt expected, int got) {
        if (expected.isPresent() && expected.getAsInt() != got) {
            add(Difference.Kind.LINUX, name, Integer.toString(expected.getAsInt()), Integer.toString(got));
        }
    }

    /// Notes why an instruction that is to be completed was not.
    ///
    /// @param calls how many calls of the engine there may be
    void progress(Completion.Stop stop, int calls) {
        switch (stop) {
            case STUCK -> add(Difference.Kind.PROGRESS, "progress", "complete", "incomplete");
            case BOUND -> add(Difference.Kind.PROGRESS, "progress", "complete",
                    "incomplete after " + calls + " calls of the engine");
            case COMPLETE, CALLER -> {
            }
        }
    }

    private void add(Difference.Kind kind, String name, String expected, String got) {
        differences.add(new Difference(kind, name, expected, got));
    }
}
