package org.vemmio.emulator.importing;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.importing.KvmEvent.Emulate;
import org.vemmio.emulator.importing.KvmEvent.Kind;
import org.vemmio.emulator.importing.KvmEvent.Match;
import org.vemmio.emulator.importing.KvmEvent.Mmio;
import org.vemmio.emulator.input.Limits;
import org.vemmio.emulator.memory.LinearMemory;

/// One virtual processor of a KVM trace: the instruction that it emulates and the accesses behind it. For one thread.
final class VirtualProcessor {
    private static final int MATCHES_KEPT = 8;
    private static final int WIDE = 8;

    private final Workshop workshop;
    private final Deque<Match> matches = new ArrayDeque<>();
    private final List<TracedAccess> accesses = new ArrayList<>();
    private @Nullable Emulate current;
    private @Nullable Mmio unanswered;
    /// Why there is no current instruction.
    private ImportReason absent = ImportReason.NO_INSTRUCTION;
    private boolean continued;
    private long lastTime = -1;
    private long lastSequence = -1;
    private int lastCpu = -1;

    /// What virtual processors share.
    record Workshop(Decoder decoder, TrapFitter fitter, ImportSummary summary, TrapSink sink) {
    }

    VirtualProcessor(Workshop workshop) {
        this.workshop = workshop;
    }

    /// Takes note of when and where the next event happened.
    ///
    /// @return whether it is older than the one before
    boolean at(long time, long sequence, int cpu) {
        boolean older = time >= 0 && time < lastTime;
        lastTime = time >= 0 ? time : lastTime;
        lastSequence = sequence;
        lastCpu = cpu;
        return older;
    }

    long lastSequence() {
        return lastSequence;
    }

    int lastCpu() {
        return lastCpu;
    }

    /// Ends the current instruction, so that what follows up to the next is nobody's.
    void interrupt(ImportReason reason) throws IOException {
        end();
        absent = reason;
    }

    void take(KvmEvent event) throws IOException {
        switch (event) {
            case Emulate emulate -> {
                end();
                if (emulate.failed()) {
                    workshop.summary.instruction(ImportReason.EMULATION_FAILED);
                    absent = ImportReason.EMULATION_FAILED;
                } else {
                    current = emulate;
                }
            }
            case Match match -> {
                matches.addLast(match);
                if (matches.size() > MATCHES_KEPT) {
                    matches.removeFirst();
                }
            }
            case Mmio mmio -> access(mmio);
            case KvmEvent.Unreadable unreadable when KvmEvent.isInstruction(unreadable) ->
                interrupt(ImportReason.UNREADABLE);
            case KvmEvent.Unreadable _ -> {
            }
        }
    }

    private void access(Mmio mmio) throws IOException {
        if (current == null) {
            workshop.summary.accesses(absent, 1);
            return;
        }
        Mmio before = unanswered;
        unanswered = null;
        if (mmio.kind() == Kind.UNSATISFIED_READ) {
            flushUnanswered(before);
            unanswered = mmio;
        } else if (before != null && mmio.kind() == Kind.READ && mmio.gpa() == before.gpa()
                && mmio.size() >= before.size()) {
            add(mmio, true, 2);
        } else {
            flushUnanswered(before);
            add(mmio, true, 1);
        }
        if (accesses.size() >= Limits.IMPORTED_ACCESSES) {
            fit(true);
        }
    }

    private void flushUnanswered(@Nullable Mmio read) {
        if (read != null) {
            add(read, false, 1);
        }
    }

    private void add(Mmio mmio, boolean answered, int events) {
        int size = mmio.size();
        long value = size < WIDE ? mmio.value() & (1L << Byte.SIZE * size) - 1 : mmio.value();
        accesses.add(new TracedAccess(mmio.kind() == Kind.WRITE, mmio.gpa(), size, value, answered,
                linear(mmio.gpa()), events));
    }

    private OptionalLong linear(long gpa) {
        for (Match match : matches.reversed()) {
            if (((match.gpa() ^ gpa) & -LinearMemory.PAGE_SIZE) == 0 && match.gva().isPresent()) {
                long inPage = LinearMemory.PAGE_SIZE - 1;
                return OptionalLong.of(match.gva().getAsLong() & ~inPage | gpa & inPage);
            }
        }
        return OptionalLong.empty();
    }

    /// Ends the current instruction.
    void end() throws IOException {
        if (current == null) {
            return;
        }
        flushUnanswered(unanswered);
        unanswered = null;
        if (!accesses.isEmpty()) {
            fit(false);
        } else if (!continued) {
            workshop.summary.instruction(ImportReason.NO_ACCESS);
        }
        current = null;
        continued = false;
        matches.clear();
        absent = ImportReason.NO_INSTRUCTION;
    }

    /// Makes a trap of the current instruction.
    ///
    /// @param more whether further accesses of it may follow, so that what is left may be the beginning of an element
    private void fit(boolean more) throws IOException {
        TracedInstruction traced = current == null ? null : decode(current);
        ImportReason problem;
        int used = 0;
        if (traced == null) {
            problem = current == null || current.code().length == 0 ? ImportReason.NO_BYTES
                    : ImportReason.NOT_AN_INSTRUCTION;
        } else {
            TrapFitter.Result result = workshop.fitter.fit(traced, accesses);
            problem = result.problem();
            used = result.used();
            if (result.trap().isPresent()) {
                workshop.sink.accept(result.trap().get());
                workshop.summary.trap(result.trap().get(), events(0, used));
            }
        }
        if (used == 0 && !continued) {
            workshop.summary.instruction(problem);
        }
        boolean goesOn = more && used > 0 && traced != null && traced.instruction().prefixes().repeats();
        if (goesOn) {
            accesses.subList(0, used).clear();
        } else {
            workshop.summary.accesses(problem, events(used, accesses.size()));
            accesses.clear();
        }
        continued = true;
    }

    private int events(int from, int to) {
        return accesses.subList(from, to).stream().mapToInt(TracedAccess::events).sum();
    }

    /// Returns the instruction, or null if the bytes are none.
    private @Nullable TracedInstruction decode(Emulate emulate) {
        if (emulate.bits() != 0) {
            return decode(emulate, emulate.bits());
        }
        // Where the mode is not told, it is one in which the instruction has all the bytes that KVM decoded.
        for (int bits : emulate.csBase() != 0 ? new int[] {16, 32} : new int[] {64, 32, 16}) {
            TracedInstruction traced = decode(emulate, bits);
            if (traced != null && traced.instruction().length() == emulate.code().length
                    && (bits == 64 || emulate.rip() >>> bits == 0)) {
                return traced;
            }
        }
        return null;
    }

    private @Nullable TracedInstruction decode(Emulate emulate, int bits) {
        return workshop.decoder.decode(CodeMode.of(bits), emulate.code()) instanceof Instruction instruction
                ? new TracedInstruction(instruction, emulate.code(), new TracedInstruction.Place(emulate.protection(),
                        emulate.bits() != 0, bits == 64 ? 0 : emulate.csBase(), emulate.rip())) : null;
    }
}
