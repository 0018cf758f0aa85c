package org.vemmio.emulator.importing;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.Operand;
import org.vemmio.decoder.Register;
import org.vemmio.decoder.RegisterFile;
import org.vemmio.decoder.RegisterOperand;
import org.vemmio.decoder.Visibility;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;

/// What registers an instruction can have had that writes a value to a device, the likeliest first.
///
/// A store tells its register. Of a read-modify-write the value read and the value written tell the register's for
/// sums, differences and exchanges; else some value is found, or none.
final class ValueGuesses {
    private static final int MOST = 2048;
    private static final int SHIFT_COUNTS = 64;
    private static final Set<String> TELLING = Set.of("add", "sub", "xor", "xchg", "xadd");
    private static final long[] FLAGS = {Rflags.CF, Rflags.ZF, Rflags.SF, Rflags.OF, Rflags.PF};

    private final Instruction instruction;
    private final List<AccessFit.Touch> steps;
    private final long read;
    private final long written;
    private final OperandAccess write;

    private ValueGuesses(Instruction instruction, List<AccessFit.Touch> steps) {
        this.instruction = instruction;
        this.steps = steps;
        this.write = steps.getLast().access();
        this.read = steps.getFirst().access().value();
        this.written = write.value();
    }

    /// Returns what can be tried, each on a new draft; one that does nothing where no value depends on a register.
    static List<Consumer<TrapDraft>> of(Instruction instruction, List<AccessFit.Touch> steps) {
        return steps.getLast().access().write() ? new ValueGuesses(instruction, steps).guesses()
                : List.of(_ -> { });
    }

    private List<Consumer<TrapDraft>> guesses() {
        if (instruction.mnemonic().startsWith("cmpxchg") && instruction.mnemonic().endsWith("b")) {
            return List.of(draft -> exchangedPair(draft, true), draft -> exchangedPair(draft, false));
        }
        List<Consumer<TrapDraft>> guesses = List.of(_ -> { });
        boolean first = true;
        for (RegisterOperand operand : sources()) {
            guesses = product(guesses, forRegister(operand, first));
            first = false;
        }
        return instruction.flags().tested() == 0 ? guesses : product(guesses, forFlags());
    }

    private static List<Consumer<TrapDraft>> product(List<Consumer<TrapDraft>> some,
            List<Consumer<TrapDraft>> others) {
        List<Consumer<TrapDraft>> all = new ArrayList<>();
        for (Consumer<TrapDraft> other : others) {
            for (Consumer<TrapDraft> one : some) {
                if (all.size() < MOST) {
                    all.add(one.andThen(other));
                }
            }
        }
        return all;
    }

    /// Returns the registers that the instruction reads, but for those that are an address alone.
    private List<RegisterOperand> sources() {
        List<RegisterOperand> sources = new ArrayList<>();
        for (Operand operand : instruction.operands()) {
            if (operand instanceof RegisterOperand register && register.access().reads()
                    && register.register().number() != stackPointer(register.register())) {
                sources.add(register);
            }
        }
        return sources;
    }

    /// Returns the number of the stack pointer if the instruction uses it as such, else none.
    private int stackPointer(Register register) {
        boolean hidden = instruction.operands().stream().anyMatch(operand -> operand instanceof RegisterOperand other
                && other.register().equals(register)
                && other.visibility() == Visibility.HIDDEN);
        return hidden && register.file().isGeneralPurpose() && register.number() == Gpr.RSP ? Gpr.RSP : -1;
    }

    private List<Consumer<TrapDraft>> forRegister(RegisterOperand operand, boolean first) {
        Register register = operand.register();
        RegisterFile file = register.file();
        if (file.isVector()) {
            return List.of(draft -> vector(draft, register));
        }
        if (file == RegisterFile.MMX) {
            return List.of(draft -> draft.cpu().setMmx(register.number(), written));
        }
        if (!file.isGeneralPurpose()) {
            return List.of(_ -> { });
        }
        boolean stored = steps.size() == 1 && first;
        List<Consumer<TrapDraft>> guesses = new ArrayList<>();
        for (long value : values(register)) {
            guesses.add(draft -> put(draft, register, value,
                    stored || first && TELLING.contains(instruction.mnemonic())));
        }
        return guesses;
    }

    private Set<Long> values(Register register) {
        int size = write.size();
        Set<Long> values = new LinkedHashSet<>(List.of(written));
        if (steps.size() > 1) {
            values.addAll(List.of(written - read, read - written, read ^ written, read, ~read, ~written));
            values.addAll(List.of((long) Long.numberOfTrailingZeros(read ^ written),
                    (long) Long.numberOfTrailingZeros(written), (long) Long.numberOfTrailingZeros(~written)));
        } else {
            values.add(Long.reverseBytes(written) >>> Long.SIZE - Byte.SIZE * Math.min(Long.BYTES, size));
        }
        values.add(0L);
        if (register.equals(Register.of(RegisterFile.GPR8, Gpr.RCX))) {
            for (long count = 1; count < SHIFT_COUNTS; count++) {
                values.add(count);
            }
        }
        return values;
    }

    private static void put(TrapDraft draft, Register register, long value, boolean told) {
        boolean high = register.file() == RegisterFile.GPR8_HIGH;
        long bits = AddressSolver.mask(register.width());
        draft.fix(register.number(), high ? bits << Byte.SIZE : bits, high ? value << Byte.SIZE : value);
        if (!told) {
            draft.assume("regs." + Gpr.name(register.number()));
        }
    }

    /// Fills a vector register with what was stored, over and over, since part of it may be what is stored.
    private void vector(TrapDraft draft, Register register) {
        byte[] bytes = write.bytes();
        int lanes = register.width() / Long.SIZE;
        for (int lane = 0; lane < lanes; lane++) {
            long value = 0;
            for (int i = Long.BYTES - 1; i >= 0; i--) {
                value = value << Byte.SIZE | bytes[(lane * Long.BYTES + i) % bytes.length] & 0xff;
            }
            draft.cpu().setVector(register.number(), lane, value);
        }
        if (write.known() != AddressSolver.mask(bytes.length) || bytes.length * Byte.SIZE < register.width()) {
            draft.assume("vec." + (register.width() > 256 ? "zmm" : "ymm") + register.number());
        }
    }

    /// Returns every combination of the flags, the fewest set first.
    private static List<Consumer<TrapDraft>> forFlags() {
        List<Consumer<TrapDraft>> guesses = new ArrayList<>();
        for (int chosen = 0; chosen < 1 << FLAGS.length; chosen++) {
            long flags = 0;
            for (int i = 0; i < FLAGS.length; i++) {
                flags |= (chosen >>> i & 1) != 0 ? FLAGS[i] : 0;
            }
            long all = flags;
            guesses.add(draft -> {
                draft.cpu().setRflags(all);
                draft.assume("regs.rflags");
            });
        }
        return guesses;
    }

    /// CMPXCHG8B and CMPXCHG16B: RDX:RAX is compared, RCX:RBX stored.
    private void exchangedPair(TrapDraft draft, boolean equal) {
        int half = write.size() / 2;
        pair(draft, steps.getFirst().access().bytes(), half, new int[] {Gpr.RAX, Gpr.RDX}, !equal);
        pair(draft, write.bytes(), half, new int[] {Gpr.RBX, Gpr.RCX}, false);
    }

    private static void pair(TrapDraft draft, byte[] bytes, int half, int[] registers, boolean inverted) {
        for (int i = 0; i < 2; i++) {
            long value = Bytes.get(bytes, i * half, half);
            draft.fix(registers[i], AddressSolver.mask(Byte.SIZE * half), inverted ? ~value : value);
            draft.assume("regs." + Gpr.name(registers[i]));
        }
    }
}
