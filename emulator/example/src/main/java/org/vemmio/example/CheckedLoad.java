package org.vemmio.example;

import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.emulator.operation.AccessPlan;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.Feature;
import org.vemmio.emulator.operation.MemoryRef;
import org.vemmio.emulator.operation.MmioOperation;

// [load]
/// `mov r32, m32` that looks at the answer.
final class CheckedLoad extends MmioOperation {
    private final AccessPlan from;
    private final int to;

    CheckedLoad(Instruction instruction, MemoryOperand from, int to) {
        super(instruction, Feature.GENERAL);
        this.from = AccessPlan.of(MemoryRef.of(instruction, from), 4, false);
        this.to = to;
    }

    @Override
    protected void execute(Execution execution) {
        long answer = execution.open(0, from).load();
        execution.setGpr(to, answer);
        if (answer == 0xffff_ffffL) {
            throw execution.refuseKeeping(MovOnlyHandler.DEVICE_GONE, "");
        }
    }
}
// [load]
