package org.vemmio.emulator.instruction;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.ImmediateOperand;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.MmioOperation;

/// Moves between memory and a part of a register: halves of an XMM register, insertions and extractions. What else is
/// in the destination comes from the first source register, which in legacy encoding is the destination itself.
final class VectorParts {
    static final Family FAMILY =
            Family.of("vector parts", parts(), part -> instruction -> prepare(instruction, part));

    /// Which part of the register it is.
    private enum Part {
        LOW,
        HIGH,
        /// The one whose number the immediate operand gives, as far as there are so many.
        CHOSEN,
        /// The doubleword that bits 5:4 of the immediate operand give; bits 3:0 zero doublewords afterwards.
        CHOSEN_AND_ZEROED;

        /// Returns the index of its first byte.
        int position(int immediate, int partSize, int registerSize) {
            return switch (this) {
                case LOW -> 0;
                case HIGH -> partSize;
                case CHOSEN -> (immediate & registerSize / partSize - 1) * partSize;
                case CHOSEN_AND_ZEROED -> (immediate >> 4 & 3) * partSize;
            };
        }
    }

    private VectorParts() {
    }

    private static Map<String, Part> parts() {
        Map<String, Part> parts = new TreeMap<>();
        Family.put(parts, Part.LOW, "movlps movlpd vmovlps vmovlpd");
        Family.put(parts, Part.HIGH, "movhps movhpd vmovhps vmovhpd");
        Family.put(parts, Part.CHOSEN_AND_ZEROED, "insertps vinsertps");
        Family.put(parts, Part.CHOSEN, "pinsrb pinsrw pinsrd pinsrq vpinsrb vpinsrw vpinsrd vpinsrq "
                + "pextrb pextrw pextrd pextrq vpextrb vpextrw vpextrd vpextrq extractps vextractps");
        for (String type : "f128 i128 f32x4 f32x8 f64x2 f64x4 i32x4 i32x8 i64x2 i64x4".split(" ")) {
            Family.put(parts, Part.CHOSEN, "vinsert" + type + " vextract" + type);
        }
        return parts;
    }

    private static @Nullable MmioOperation prepare(Instruction instruction, Part part) {
        MemoryOperand memory = instruction.memoryOperand().orElse(null);
        VectorRef register = VectorRef.of(instruction, 0);
        if (memory == null || register == null) {
            return null;
        }
        boolean store = memory == instruction.operands().getFirst();
        Elements elements = Elements.of(instruction, memory, Elements.Alignment.NONE, store);
        int immediate = instruction.operands().getLast() instanceof ImmediateOperand last ? (int) last.value() : 0;
        int position = part.position(immediate, elements.size(), register.size());
        if (store) {
            return new VectorStore(instruction, elements, new VectorStore.Part(register, position),
                    ElementMask.of(instruction), false);
        }
        int zeroed = part == Part.CHOSEN_AND_ZEROED ? immediate & 0xf : 0;
        return new Insertion(instruction, register, elements, position, zeroed);
    }

    private static final class Insertion extends ArchitecturalOperation {
        private final ElementMask.Destination to;
        private final VectorRef rest;
        private final Elements from;
        private final int position;
        private final int zeroed;
        private final @Nullable ElementMask mask;

        Insertion(Instruction instruction, VectorRef to, Elements from, int position, int zeroed) {
            super(instruction, VectorRef.feature(instruction));
            VectorRef second = VectorRef.of(instruction, 1);
            this.to = new ElementMask.Destination(to, from.elementSize(), to.size() / from.elementSize());
            this.rest = second == null ? to : second;
            this.from = from;
            this.position = position;
            this.zeroed = zeroed;
            this.mask = ElementMask.of(instruction);
        }

        @Override
        protected void execute(Execution execution) {
            byte[] memory = execution.scratch(0);
            byte[] result = execution.scratch(1);
            from.open(execution).load(memory);
            rest.get(execution, result);
            System.arraycopy(memory, 0, result, position, from.size());
            for (int i = 0; i < 4; i++) {
                if ((zeroed >> i & 1) != 0) {
                    Arrays.fill(result, 4 * i, 4 * i + 4, (byte) 0);
                }
            }
            if (mask != null) {
                mask.apply(execution, mask.active(execution), to, result);
            }
            to.register().set(execution, result);
        }
    }
}
