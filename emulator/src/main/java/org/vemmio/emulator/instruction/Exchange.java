package org.vemmio.emulator.instruction;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.operation.AccessPlan;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.Feature;
import org.vemmio.emulator.operation.MemoryRef;
import org.vemmio.emulator.operation.MmioOperation;

/// Exchanges of registers with memory (Intel SDM vol. 2, CMPXCHG, CMPXCHG8B/CMPXCHG16B, XADD, XCHG). A comparison that
/// fails writes the old value back; one that succeeds leaves the accumulator alone, its upper half too.
final class Exchange {
    static final Family FAMILY = new Family("exchange", Map.of(
            "xchg", Exchange::exchange,
            "xadd", Exchange::exchangeAndAdd,
            "cmpxchg", Exchange::compareAndExchange,
            "cmpxchg8b", Exchange::compareAndExchange8,
            "cmpxchg16b", CompareAndExchange16::new));

    private Exchange() {
    }

    /// An exchange is locked without a prefix (Intel SDM vol. 3, 10.1.2.1).
    private static @Nullable MmioOperation exchange(Instruction instruction) {
        GprRef register = GprRef.of(instruction.operands().get(1));
        return register == null ? null
                : ReadModifyWrite.of(instruction, true,
                        (execution, old) -> register.get(execution.cpu()), register::set);
    }

    private static @Nullable MmioOperation exchangeAndAdd(Instruction instruction) {
        GprRef register = GprRef.of(instruction.operands().get(1));
        return register == null ? null : ReadModifyWrite.of(instruction, instruction.prefixes().lock(),
                (execution, old) ->
                        Alu.add(execution.flags(), old, register.get(execution.cpu()), 0, register.size()),
                register::set);
    }

    private static @Nullable MmioOperation compareAndExchange(Instruction instruction) {
        GprRef register = GprRef.of(instruction.operands().get(1));
        if (register == null) {
            return null;
        }
        int size = register.size();
        GprRef accumulator = new GprRef(Gpr.RAX, size, false);
        return ReadModifyWrite.of(instruction, instruction.prefixes().lock(),
                (execution, old) -> {
                    long expected = accumulator.get(execution.cpu());
                    Alu.subtract(execution.flags(), expected, old, 0, size);
                    return old == expected ? register.get(execution.cpu()) : old;
                },
                (execution, old) -> {
                    if (old != accumulator.get(execution.cpu())) {
                        accumulator.set(execution, old);
                    }
                });
    }

    private static @Nullable MmioOperation compareAndExchange8(Instruction instruction) {
        return ReadModifyWrite.of(instruction, instruction.prefixes().lock(),
                (execution, old) -> {
                    boolean equal = old == pair(execution.cpu(), Gpr.RDX, Gpr.RAX);
                    execution.flags().set(Rflags.ZF, equal);
                    return equal ? pair(execution.cpu(), Gpr.RCX, Gpr.RBX) : old;
                },
                (execution, old) -> {
                    if (old != pair(execution.cpu(), Gpr.RDX, Gpr.RAX)) {
                        execution.setGpr(Gpr.RAX, old & 0xffff_ffffL);
                        execution.setGpr(Gpr.RDX, old >>> 32);
                    }
                });
    }

    private static long pair(Cpu cpu, int high, int low) {
        return cpu.gpr(high) << 32 | cpu.gpr(low) & 0xffff_ffffL;
    }

    private static final class CompareAndExchange16 extends ArchitecturalOperation
            implements Execution.WideModification {
        private static final int SIZE = 16;

        private final AccessPlan operand;
        private final boolean locked;

        CompareAndExchange16(Instruction instruction) {
            super(instruction, Feature.GENERAL);
            MemoryRef ref = MemoryRef.of(instruction, (MemoryOperand) instruction.operands().get(0));
            this.operand = new AccessPlan(ref, SIZE, true, SIZE, SIZE);
            this.locked = instruction.prefixes().lock();
        }

        @Override
        protected void execute(Execution execution) {
            execution.modifyWide(execution.open(0, operand), locked, this);
        }

        @Override
        public void apply(Execution execution, byte[] bytes) {
            Cpu cpu = execution.cpu();
            long low = Bytes.get(bytes, 0, 8);
            long high = Bytes.get(bytes, 8, 8);
            boolean equal = low == cpu.gpr(Gpr.RAX) && high == cpu.gpr(Gpr.RDX);
            execution.flags().set(Rflags.ZF, equal);
            if (equal) {
                Bytes.put(bytes, 0, 8, cpu.gpr(Gpr.RBX));
                Bytes.put(bytes, 8, 8, cpu.gpr(Gpr.RCX));
            } else {
                execution.setGpr(Gpr.RAX, low);
                execution.setGpr(Gpr.RDX, high);
            }
        }
    }
}
