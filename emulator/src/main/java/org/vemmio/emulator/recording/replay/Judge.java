package org.vemmio.emulator.recording.replay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.vemmio.decoder.linux.KernelInsn;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.handler.ArchitecturalHandler;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.outcome.Recovery;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.KernelDecoding;
import org.vemmio.emulator.recording.RecordedTrap;

/// Compares what came of a trap with what its recording tells, and collects the differences. For one trap.
final class Judge {
    private static final HexFormat HEX = HexFormat.of();
    private static final int LANES = 8;
    private static final int VECTORS = 32;
    private static final int MASKS = 8;

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

    private static boolean isCompleted(Outcome outcome) {
        return outcome instanceof Outcome.Emulated
                || outcome instanceof Outcome.Exception exception && exception.complete();
    }

    /// Judges a trap of which the recording does not tell what must come out. That its accesses were recorded tells
    /// that a processor executed it; a fault disagrees with that if it is the processor's, and is a refusal if it is a
    /// Linux handler's, which decodes by rules of its own.
    Verdict judge() {
        Outcome end = effective(outcome);
        differences.addAll(bus.differences());
        if (isCompleted(end)) {
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
        if (!isCompleted(effective(outcome))) {
            unexpected("emulated");
            differences.addAll(bus.differences());
            return;
        }
        differences.addAll(bus.differences());
        differences.addAll(bus.missing());
        CpuState state = trap.cpu();
        expected.gprs().forEach(state::setGpr);
        expected.vectors().forEach((register, lanes) -> {
            for (int lane = 0; lane < lanes.size(); lane++) {
                state.setVector(register, lane, lanes.get(lane));
            }
        });
        state.setRflags(expected.rflags().orElse(trap.rflags()));
        state.setRip(expected.rip().orElse(after.rip()));
        registers(state, expected.rflagsMask());
        memory(expected.memory());
        backing(expected.backing());
    }

    private void failed(Expectation.Failed expected) {
        if (!(outcome instanceof Outcome.Failed failed)) {
            unexpected("failure");
            differences.addAll(bus.differences());
            return;
        }
        expected.errno().filter(errno -> errno != failed.failure().errno()).ifPresent(errno ->
                add(Difference.Kind.ERRNO, "errno", errno.name(), failed.failure().errno().name()));
        if (effective(outcome) == outcome) {
            differences.addAll(bus.differences());
            differences.addAll(bus.missing());
        }
    }

    private void faulted(Expectation.Exception expected) {
        differences.addAll(bus.differences());
        if (!(effective(outcome) instanceof Outcome.Exception exception)) {
            unexpected("exception");
            return;
        }
        differences.addAll(bus.missing());
        expected.vector().ifPresent(vector -> {
            if (vector != exception.vector()) {
                add(Difference.Kind.VECTOR, "vector", Integer.toString(vector), Integer.toString(exception.vector()));
            }
        });
        registers(trap.cpu(), -1);
        memory(trap.memoryRanges());
        backing(trap.backing());
    }

    private void unexpected(String expected) {
        add(Difference.Kind.OUTCOME, "outcome", expected, switch (effective(outcome)) {
            case Outcome.Emulated _ -> "emulated";
            case Outcome.Exception exception -> "exception " + Outcome.Exception.name(exception.vector());
            case Outcome.Failed failed ->
                "failure %s, %s".formatted(failed.failure().errno(), failed.failure().reason().label());
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

    /// Notes that an incomplete instruction did not go on.
    void stuck() {
        add(Difference.Kind.PROGRESS, "progress", "complete", "incomplete");
    }

    private void registers(CpuState expected, long rflagsMask) {
        long flags = expected.rflags();
        expected.setRflags(flags & rflagsMask | after.rflags() & ~rflagsMask);
        if (expected.equals(after)) {
            return;
        }
        register("rip", expected.rip(), after.rip());
        for (int i = 0; i < Gpr.COUNT; i++) {
            register(Gpr.name(i), expected.gpr(i), after.gpr(i));
        }
        if (expected.rflags() != after.rflags()) {
            add(Difference.Kind.FLAGS, "rflags", hex(flags & rflagsMask), hex(after.rflags() & rflagsMask));
        }
        for (int i = 0; i < VECTORS; i++) {
            vector(i, expected);
        }
        for (int i = 0; i < MASKS; i++) {
            register("k" + i, expected.mask(i), after.mask(i));
            register("mm" + i, expected.mmx(i), after.mmx(i));
        }
    }

    private void register(String name, long expected, long got) {
        if (expected != got) {
            add(Difference.Kind.REGISTER, name, hex(expected), hex(got));
        }
    }

    private void vector(int register, CpuState expected) {
        int differing = 0;
        for (int lane = 0; lane < LANES; lane++) {
            if (expected.vector(register, lane) != after.vector(register, lane)) {
                differing = lane + 1;
            }
        }
        if (differing > 0) {
            boolean wide = register >= RecordedTrap.VECTORS || differing > RecordedTrap.VECTOR_LANES;
            int lanes = wide ? LANES : RecordedTrap.VECTOR_LANES;
            add(Difference.Kind.VECTOR_REGISTER, (wide ? "zmm" : "ymm") + register,
                    lanes(expected, register, lanes), lanes(after, register, lanes));
        }
    }

    private static String lanes(CpuState state, int register, int lanes) {
        StringBuilder text = new StringBuilder();
        for (int lane = 0; lane < lanes; lane++) {
            text.append(HEX.toHexDigits(Long.reverseBytes(state.vector(register, lane))));
        }
        return text.toString();
    }

    private void memory(List<ByteRange> expected) {
        for (ByteRange range : expected) {
            bytes(Difference.Kind.MEMORY, "memory", range, memory.contents(range.address(), range.size()));
        }
    }

    private void backing(Optional<ByteRange> expected) {
        if (expected.isPresent() && bus.backing().isPresent()) {
            bytes(Difference.Kind.BACKING, "backing", expected.get(), bus.backing().get().bytes());
        }
    }

    private void bytes(Difference.Kind kind, String name, ByteRange range, byte[] got) {
        byte[] expected = range.bytes();
        int first = Arrays.mismatch(expected, got);
        if (first < 0) {
            return;
        }
        int end = expected.length;
        while (expected[end - 1] == got[end - 1]) {
            end--;
        }
        add(kind, "%s 0x%x".formatted(name, range.address() + first),
                HEX.formatHex(expected, first, end), HEX.formatHex(got, first, end));
    }

    private void add(Difference.Kind kind, String name, String expected, String got) {
        differences.add(new Difference(kind, name, expected, got));
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
