package org.vemmio.emulator.recording.replay;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.device.AccessObserver;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.operation.Admission;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.ExecutionResult;
import org.vemmio.emulator.operation.FetchedCode;
import org.vemmio.emulator.operation.MmioOperation;
import org.vemmio.emulator.operation.OperationRefusal;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Ladder;

/// Does all that another handler does, and changes something afterwards, as a faulty handler would. Bears the name of
/// the other.
///
/// The instruction pointer of a completed instruction is the one thing that cannot be changed: it is the engine's.
/// Devices are accessed by up to 8 bytes.
final class TamperingHandler implements TrapHandler {
    private final TrapHandler handler;
    private Consumer<Execution> change = _ -> { };

    TamperingHandler(TrapHandler handler) {
        this.handler = handler;
    }

    /// Sets what is changed, from the next trap on.
    void change(Consumer<Execution> change) {
        this.change = change;
    }

    @Override
    public Ladder ladder() {
        return handler.ladder();
    }

    @Override
    public Optional<Check> refusesTrap(Trap trap, Cpu cpu) {
        return handler.refusesTrap(trap, cpu);
    }

    @Override
    public boolean needsAllBytes() {
        return handler.needsAllBytes();
    }

    @Override
    public CodeMode decodesAs(CodeMode mode) {
        return handler.decodesAs(mode);
    }

    @Override
    public Admission admit(FetchedCode code) {
        Admission admission = handler.admit(code);
        return admission instanceof MmioOperation operation && code.decoding() instanceof Instruction instruction
                ? new Tampered(operation, instruction) : admission;
    }

    private final class Tampered extends MmioOperation {
        private final MmioOperation operation;

        Tampered(MmioOperation operation, Instruction instruction) {
            super(instruction, instruction.length(), List.of());
            this.operation = operation;
        }

        @Override
        protected void execute(Execution execution) {
            Execution inner = new Execution(new OuterDevices(execution), AccessObserver.NONE, true,
                    execution.repeatBound());
            ExecutionResult result =
                    inner.run(operation, execution.trap(), execution.cpu(), execution.memory());
            change.accept(execution);
            switch (result) {
                case ExecutionResult.Done done -> {
                    if (!done.complete()) {
                        execution.leaveIncomplete();
                    }
                }
                case OperationRefusal refused -> throw execution.refuse(refused.check(), refused.detail());
                case ExecutionResult.RaisedException raised -> {
                    if (raised.complete()) {
                        throw new IllegalStateException("not while single-stepping");
                    }
                    throw execution.fault(raised.vector(), raised.errorCode());
                }
            }
        }
    }

    /// The devices that an execution reaches.
    private record OuterDevices(Execution execution) implements MmioBus {
        @Override
        public long read(long gpa, int size) {
            return execution.readDevice(gpa, size);
        }

        @Override
        public void write(long gpa, int size, long value) {
            execution.writeDevice(gpa, size, value);
        }
    }
}
