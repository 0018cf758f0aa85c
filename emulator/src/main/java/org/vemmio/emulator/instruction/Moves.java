package org.vemmio.emulator.instruction;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.decoder.Operand;
import org.vemmio.decoder.Register;
import org.vemmio.decoder.RegisterFile;
import org.vemmio.decoder.RegisterOperand;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.operation.AccessPlan;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.Feature;
import org.vemmio.emulator.operation.MemoryRef;
import org.vemmio.emulator.operation.MmioOperation;

/// Moves between general-purpose registers or immediates and memory, conditional ones among them.
final class Moves {
    static final Family FAMILY = new Family("moves", members());

    private Moves() {
    }

    private static Map<String, Family.Preparation> members() {
        Map<String, Family.Preparation> members = new TreeMap<>(Map.of(
                "mov", Moves::move,
                "movzx", instruction -> load(instruction, Moves::asItIs),
                "movsx", instruction -> load(instruction, Bytes::signExtend),
                "movsxd", instruction -> load(instruction, Bytes::signExtend),
                "movbe", Moves::moveSwapped,
                "movnti", instruction -> store(instruction, Moves::asItIs),
                "xlat", Translate::new));
        for (ConditionCode condition : ConditionCode.values()) {
            String suffix = condition.name().toLowerCase(Locale.ROOT);
            members.put("cmov" + suffix, instruction -> conditionalLoad(instruction, condition));
            members.put("set" + suffix, instruction ->
                    Store.of(instruction, cpu -> condition.holds(cpu.rflags()) ? 1 : 0));
        }
        return members;
    }

    /// What becomes of a value of `size` bytes on its way.
    @FunctionalInterface
    private interface Widening {
        long apply(long value, int size);
    }

    private static long asItIs(long value, int size) {
        return value;
    }

    private static long swapBytes(long value, int size) {
        return Long.reverseBytes(value) >>> 64 - 8 * size;
    }

    private static @Nullable MmioOperation move(Instruction instruction) {
        return instruction.operands().get(0) instanceof MemoryOperand
                ? store(instruction, Moves::asItIs) : load(instruction, Moves::asItIs);
    }

    private static @Nullable MmioOperation moveSwapped(Instruction instruction) {
        return instruction.operands().get(0) instanceof MemoryOperand
                ? store(instruction, Moves::swapBytes) : load(instruction, Moves::swapBytes);
    }

    private static @Nullable MmioOperation store(Instruction instruction, Widening conversion) {
        Operand from = instruction.operands().get(1);
        if (from instanceof RegisterOperand register && register.register().file() == RegisterFile.SEGMENT) {
            int segment = register.register().number();
            return Store.of(instruction, cpu -> cpu.segmentSelector(segment));
        }
        Source source = Source.of(from);
        int size = from.width() / 8;
        return source == null ? null : Store.of(instruction, cpu -> conversion.apply(source.get(cpu), size));
    }

    private static @Nullable MmioOperation load(Instruction instruction, Widening conversion) {
        GprRef to = GprRef.of(instruction.operands().get(0));
        int size = instruction.operands().get(1).width() / 8;
        return to == null ? null : Load.of(instruction, 1, (execution, value) ->
                to.set(execution, conversion.apply(value, size)));
    }

    /// The operand is read whether or not the condition holds, and a 32-bit register loses its upper half either way
    /// (Intel SDM vol. 2, CMOVcc).
    private static @Nullable MmioOperation conditionalLoad(Instruction instruction, ConditionCode condition) {
        GprRef to = GprRef.of(instruction.operands().get(0));
        return to == null ? null : Load.of(instruction, 1, (execution, value) ->
                to.set(execution, condition.holds(execution.cpu().rflags()) ? value : to.get(execution.cpu())));
    }

    /// XLAT: AL is replaced by the byte at rBX plus AL.
    private static final class Translate extends ArchitecturalOperation {
        private static final GprRef AL = new GprRef(Gpr.RAX, 1, false);

        private final AccessPlan entry;

        Translate(Instruction instruction) {
            super(instruction, Feature.GENERAL);
            Register override = instruction.prefixes().segmentOverride();
            int segment = override == null ? Segment.DS : override.number();
            MemoryRef table = MemoryRef.ofBase(segment, Gpr.RBX, instruction.addressWidth(), instruction.mode());
            this.entry = AccessPlan.of(table, 1, false);
        }

        @Override
        protected void execute(Execution execution) {
            Cpu cpu = execution.cpu();
            MemoryRef table = entry.ref();
            long offset = table.offset(cpu, execution.nextRip()) + AL.get(cpu) & table.addressMask();
            AL.set(execution, execution.open(0, entry, offset).load());
        }
    }
}
