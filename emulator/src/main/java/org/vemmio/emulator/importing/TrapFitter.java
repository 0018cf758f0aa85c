package org.vemmio.emulator.importing;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.decoder.Operand;
import org.vemmio.decoder.RegisterOperand;
import org.vemmio.decoder.Visibility;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.replay.Replay;
import org.vemmio.emulator.recording.replay.Verdict;

/// Makes a trap of an instruction and the accesses behind it.
///
/// What was not traced is worked out or assumed, and the result is tried: the architectural handler must make the same
/// accesses of it, or refuse the instruction. For one thread.
final class TrapFitter implements AutoCloseable {
    private static final long STACK = 0x7000;
    private static final int STACK_SIZE = 64;

    private final Replay replay = Replay.builder().build();

    /// What came of it.
    ///
    /// @param trap the trap, if there is one
    /// @param used how many of the accesses are in it
    /// @param problem why the accesses from there on are not, or why there is no trap
    record Result(Optional<RecordedTrap> trap, int used, ImportReason problem) {
    }

    /// Returns the trap that an instruction made.
    ///
    /// @param accesses all that were traced behind it, at least one
    Result fit(TracedInstruction traced, List<TracedAccess> accesses) {
        AccessFit.Result fit = AccessFit.of(traced.instruction(), accesses);
        if (fit.steps().isEmpty()) {
            return new Result(Optional.empty(), 0, fit.problem());
        }
        boolean string = AccessFit.isString(traced.instruction());
        ImportReason problem = ImportReason.ADDRESS;
        RecordedTrap refused = null;
        for (Consumer<TrapDraft> guess : string ? comparisons(fit.steps())
                : ValueGuesses.of(traced.instruction(), fit.steps())) {
            TrapDraft draft = new TrapDraft(traced);
            guess.accept(draft);
            RecordedTrap trap = finish(draft, fit.steps(), string);
            if (trap != null) {
                problem = ImportReason.NO_REGISTERS;
                Verdict verdict = replay.replay(trap).verdict();
                if (verdict == Verdict.AGREED) {
                    return new Result(Optional.of(trap), fit.used(), fit.problem());
                }
                refused = refused == null && verdict == Verdict.REFUSED ? trap : refused;
            }
        }
        return refused != null ? new Result(Optional.of(refused), fit.used(), fit.problem())
                : new Result(Optional.empty(), 0, problem);
    }

    private static List<Consumer<TrapDraft>> comparisons(List<AccessFit.Touch> steps) {
        return List.of(draft -> filled(draft, steps, StringDraft.Comparison.EQUAL),
                draft -> filled(draft, steps, StringDraft.Comparison.DIFFERENT));
    }

    private static void filled(TrapDraft draft, List<AccessFit.Touch> steps, StringDraft.Comparison comparison) {
        if (!StringDraft.fill(draft, steps, comparison)) {
            draft.contradict();
        }
    }

    /// Returns the trap, or null if it cannot be.
    private static @Nullable RecordedTrap finish(TrapDraft draft, List<AccessFit.Touch> steps, boolean string) {
        if (!draft.isConsistent() || !string && !place(draft, steps)) {
            return null;
        }
        assumeRead(draft);
        try {
            return draft.isConsistent() ? draft.build() : null;
        } catch (IllegalArgumentException impossible) {
            return null;
        }
    }

    private static boolean place(TrapDraft draft, List<AccessFit.Touch> steps) {
        MemoryOperand operand = steps.getFirst().operand();
        if (!AddressSolver.solve(draft, operand, steps.getFirst().access())) {
            return false;
        }
        steps.stream().skip(1).forEach(step -> draft.access(step.access(), draft.gla()));
        for (Operand other : draft.traced().instruction().operands()) {
            if (other instanceof MemoryOperand stack && stack != operand
                    && stack.visibility() == Visibility.HIDDEN && stack.base() != null) {
                stack(draft, stack, steps.getFirst().access());
            }
        }
        return true;
    }

    /// Puts a stack where an instruction has one beside its operand; what is popped from it is what was stored.
    private static void stack(TrapDraft draft, MemoryOperand stack, OperandAccess access) {
        long base = AddressSolver.linear(draft.traced(), STACK);
        int half = STACK_SIZE / 2;
        byte[] bytes = new byte[STACK_SIZE];
        if (stack.access().reads()) {
            System.arraycopy(access.bytes(), 0, bytes, half, Math.min(half, access.size()));
        }
        draft.memory(new ByteRange(base, bytes), false);
        draft.fix(Gpr.RSP, AddressSolver.mask(draft.traced().instruction().stackWidth()), base + half);
        draft.assume("regs.rsp");
    }

    /// Notes the registers that the instruction reads and whose values nothing tells.
    private static void assumeRead(TrapDraft draft) {
        Instruction instruction = draft.traced().instruction();
        for (Operand operand : instruction.operands()) {
            if (operand instanceof RegisterOperand register && register.access().reads()
                    && register.register().file().isGeneralPurpose()
                    && draft.fixed(register.register().number()) == 0
                    && draft.cpu().gpr(register.register().number()) == 0) {
                draft.assume("regs." + Gpr.name(register.register().number()));
            }
        }
        if (instruction.flags().tested() != 0 && !AccessFit.isString(instruction)) {
            draft.assume("regs.rflags");
        }
    }

    @Override
    public void close() {
        replay.close();
    }
}
