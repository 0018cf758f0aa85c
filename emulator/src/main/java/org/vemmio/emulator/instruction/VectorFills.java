package org.vemmio.emulator.instruction;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.emulator.instruction.VectorLoad.Shape;
import org.vemmio.emulator.instruction.VectorLoad.Spread;
import org.vemmio.emulator.operation.MmioOperation;

/// Loads that fill a register with more than memory holds: broadcasts, duplications, and extensions of each element.
final class VectorFills {
    static final Family FAMILY =
            Family.of("vector fills", shapes(), shape -> instruction -> prepare(instruction, shape));

    private VectorFills() {
    }

    private static Map<String, Shape> shapes() {
        Map<String, Shape> shapes = new TreeMap<>();
        Family.put(shapes, Shape.of(Spread.CYCLE, true),
                "vbroadcastss vbroadcastsd vbroadcastf128 vbroadcasti128 "
                + "vpbroadcastb vpbroadcastw vpbroadcastd vpbroadcastq "
                + "vbroadcastf32x2 vbroadcastf32x4 vbroadcastf32x8 vbroadcastf64x2 vbroadcastf64x4 "
                + "vbroadcasti32x2 vbroadcasti32x4 vbroadcasti32x8 vbroadcasti64x2 vbroadcasti64x4");
        Family.put(shapes, Shape.of(Spread.EVEN, false), "movddup movsldup vmovddup vmovsldup");
        Family.put(shapes, Shape.of(Spread.ODD, false), "movshdup vmovshdup");
        for (String sizes : "bw bd bq wd wq dq".split(" ")) {
            Family.put(shapes, Shape.extending(false), "pmovzx" + sizes + " vpmovzx" + sizes);
            Family.put(shapes, Shape.extending(true), "pmovsx" + sizes + " vpmovsx" + sizes);
        }
        return shapes;
    }

    private static @Nullable MmioOperation prepare(Instruction instruction, Shape shape) {
        MemoryOperand memory = instruction.memoryOperand().orElse(null);
        VectorRef register = VectorRef.of(instruction, 0);
        return memory == null || register == null ? null : new VectorLoad(instruction, register,
                Elements.of(instruction, memory, Elements.Alignment.LEGACY, false), shape, ElementMask.of(instruction));
    }
}
