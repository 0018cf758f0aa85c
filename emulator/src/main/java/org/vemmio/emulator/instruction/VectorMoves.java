package org.vemmio.emulator.instruction;

import com.google.common.collect.Sets;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.emulator.operation.MmioOperation;

/// Moves between a register and memory as they are: full-width, scalar and non-temporal ones, of SSE to AVX-512, SSE4a
/// and MMX. A scalar load makes the rest of the register 0.
final class VectorMoves {
    private static final Set<String> ALIGNED = Set.of((
            "movaps movapd movdqa movntps movntpd movntdq movntdqa "
            + "vmovaps vmovapd vmovdqa vmovdqa32 vmovdqa64 vmovntps vmovntpd vmovntdq vmovntdqa").split(" "));

    private static final Set<String> UNALIGNED = Set.of((
            "movups movupd movdqu lddqu vmovups vmovupd vmovdqu vmovdqu8 vmovdqu16 vmovdqu32 vmovdqu64 vlddqu "
            + "movss movsd movd movq vmovsh vmovss vmovsd vmovw vmovd vmovq movntq movntss movntsd").split(" "));

    static final Family FAMILY = Family.of("vector moves", Sets.union(ALIGNED, UNALIGNED), VectorMoves::prepare);

    private VectorMoves() {
    }

    private static @Nullable MmioOperation prepare(Instruction instruction) {
        MemoryOperand memory = instruction.memoryOperand().orElse(null);
        VectorRef register = VectorRef.of(instruction, 0);
        if (memory == null || register == null) {
            return null;
        }
        boolean store = memory == instruction.operands().getFirst();
        Elements elements = Elements.of(instruction, memory,
                ALIGNED.contains(instruction.mnemonic()) ? Elements.Alignment.FULL : Elements.Alignment.NONE, store);
        ElementMask mask = ElementMask.of(instruction);
        return store
                ? new VectorStore(instruction, elements, VectorStore.Part.lowOf(register), mask, true)
                : new VectorLoad(instruction, register, elements, VectorLoad.Shape.STRAIGHT, mask);
    }
}
