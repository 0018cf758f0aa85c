package org.vemmio.emulator.operation;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.decoder.Operand;
import org.vemmio.decoder.RegisterFile;
import org.vemmio.decoder.RegisterOperand;

/// Moves between general-purpose registers or immediates and memory.
final class Moves {
    static final Family FAMILY = new Family("moves", Map.of(
            "mov", Moves::move,
            "movzx", instruction -> load(instruction, false),
            "movsx", instruction -> load(instruction, true),
            "movsxd", instruction -> load(instruction, true)));

    private Moves() {
    }

    private static @Nullable MmioOperation move(Instruction instruction) {
        return instruction.operands().get(0) instanceof MemoryOperand ? store(instruction) : load(instruction, false);
    }

    private static @Nullable MmioOperation store(Instruction instruction) {
        Operand from = instruction.operands().get(1);
        Source source = from instanceof RegisterOperand register && register.register().file() == RegisterFile.SEGMENT
                ? segment(register.register().number()) : Source.of(from);
        return source == null ? null : new Store(instruction, source);
    }

    private static Source segment(int number) {
        return cpu -> cpu.segmentSelector(number);
    }

    private static @Nullable MmioOperation load(Instruction instruction, boolean signed) {
        GprRef to = GprRef.of(instruction.operands().get(0));
        return to != null && instruction.operands().get(1) instanceof MemoryOperand
                ? new Load(instruction, to, signed) : null;
    }

    private static final class Store extends ArchitecturalOperation {
        private final MemoryRef to;
        private final int size;
        private final Source source;

        Store(Instruction instruction, Source source) {
            super(instruction, Feature.GENERAL);
            MemoryOperand memory = (MemoryOperand) instruction.operands().get(0);
            this.to = MemoryRef.of(instruction, memory);
            this.size = memory.width() / 8;
            this.source = source;
        }

        @Override
        protected void execute(Execution x) {
            x.open(0, to, size, true).store(source.get(x.cpu()));
        }
    }

    private static final class Load extends ArchitecturalOperation {
        private final GprRef to;
        private final MemoryRef from;
        private final int size;
        private final boolean signed;

        Load(Instruction instruction, GprRef to, boolean signed) {
            super(instruction, Feature.GENERAL);
            MemoryOperand memory = (MemoryOperand) instruction.operands().get(1);
            this.to = to;
            this.from = MemoryRef.of(instruction, memory);
            this.size = memory.width() / 8;
            this.signed = signed;
        }

        @Override
        protected void execute(Execution x) {
            long value = x.open(0, from, size, false).load();
            to.set(x, signed ? Bytes.signExtend(value, size) : value);
        }
    }
}
