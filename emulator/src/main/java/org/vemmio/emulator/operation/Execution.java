package org.vemmio.emulator.operation;

import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.device.AccessObserver;
import org.vemmio.emulator.device.DeviceRefusedException;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.CommonChecks;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Outcome;

/// The state of one engine while it executes an operation. For one thread; reused from trap to trap, so that a trap
/// costs no allocation.
///
/// An operation opens its operands in memory ([#open]), which checks everything that can fault or be refused and
/// translates it, then makes its accesses ([TranslatedOperand]), then stages what it writes to registers ([#setGpr] and
/// others) and [#flags()]. The engine commits what is staged when the operation returns; nothing is committed if it was
/// interrupted.
public final class Execution {
    /// The widest access in bytes.
    public static final int WIDEST = 64;

    private static final int LOCK_ATTEMPTS = 1024;

    private final int repeatBound;
    private final EarlyEnd end = new EarlyEnd();
    private final DevicePort devices;
    private final OperandTranslation translation;
    private final PendingWrites pending = new PendingWrites();
    private final PendingStores stores = new PendingStores();
    private final byte[] wide = new byte[WIDEST];
    private final byte[][] scratch = new byte[2][WIDEST];

    @SuppressWarnings("NullAway.Init")
    private Cpu cpu;
    @SuppressWarnings("NullAway.Init")
    private LinearMemory memory;
    @SuppressWarnings("NullAway.Init")
    private Trap trap;
    private long nextRip;
    private boolean incomplete;

    /// Creates the state of an engine.
    ///
    /// @param bus the devices
    /// @param observer is told of every access
    /// @param splitting whether an access wider than the device takes is split, or refused
    /// @param repeatBound how many iterations of a `rep` instruction one trap may do, at least 1
    public Execution(MmioBus bus, AccessObserver observer, boolean splitting, int repeatBound) {
        this.devices = new DevicePort(bus, observer, splitting, end);
        this.translation = new OperandTranslation(devices, stores, end);
        this.repeatBound = repeatBound;
    }

    /// Executes an operation and, unless it is interrupted, commits it.
    ///
    /// Anything that a device or a memory throws, [DeviceRefusedException] apart, goes through to the caller; nothing
    /// is committed then.
    public ExecutionResult run(MmioOperation operation, Trap trap, Cpu cpu, LinearMemory memory) {
        this.trap = trap;
        // Nearly always the same guest: to look is cheaper than to store references, which costs barriers.
        if (this.cpu != cpu || this.memory != memory) {
            this.cpu = cpu;
            this.memory = memory;
            translation.serve(cpu, memory);
        }
        nextRip = cpu.ripAfter(operation.length());
        devices.clear();
        pending.clear();
        stores.clear();
        incomplete = false;
        try {
            if (operation.feature() != Feature.GENERAL) {
                require(operation.feature());
            }
            operation.execute(this);
        } catch (Interruption interruption) {
            return end.result() instanceof OperationRefusal refusal ? refused(refusal) : end.result();
        } catch (DeviceRefusedException refusal) {
            return new OperationRefusal(CommonChecks.DEVICE_REFUSED, devices.describe(refusal),
                    Failure.Kept.of(devices.accesses()));
        }
        return commit(operation);
    }

    private void require(Feature feature) {
        int missing = feature.missing(cpu);
        if (missing != Feature.NOTHING) {
            throw fault(missing, 0);
        }
    }

    private OperationRefusal refused(OperationRefusal refusal) {
        if (!end.keepsRegisters()) {
            return new OperationRefusal(refusal.check(), refusal.detail(), Failure.Kept.of(devices.accesses()));
        }
        pending.commitGprs(cpu);
        return new OperationRefusal(refusal.check(), refusal.detail(),
                new Failure.Kept(devices.accesses(), pending.gprs()));
    }

    private ExecutionResult commit(MmioOperation operation) {
        stores.commit(memory);
        boolean architectural = operation.isArchitectural();
        long rflags = architectural ? cpu.rflags() : 0;
        if (operation.feature() == Feature.MMX) {
            cpu.enterMmx();
        }
        pending.commit(cpu);
        if (!incomplete) {
            cpu.setRip(nextRip);
            if ((rflags & Rflags.RF) != 0) {
                cpu.setRflags(cpu.rflags() & ~Rflags.RF);
            }
        }
        if ((rflags & Rflags.TF) != 0) {
            return new ExecutionResult.RaisedException(Outcome.Exception.DB, 0, 0, !incomplete);
        }
        return ExecutionResult.Done.of(!incomplete, effect());
    }

    private Outcome.Effect effect() {
        return devices.isUntouched() ? Outcome.Effect.NO_ACCESS
                : devices.isSplit() ? Outcome.Effect.SPLIT : Outcome.Effect.WHOLE;
    }

    // What an operation reads

    /// {@return the registers as before the instruction}
    public Cpu cpu() {
        return cpu;
    }

    /// {@return the guest's memory, to be read at addresses that have been opened; [#writeMemory] writes}
    public LinearMemory memory() {
        return memory;
    }

    /// {@return what the processor reported}
    public Trap trap() {
        return trap;
    }

    /// {@return the instruction pointer of the next instruction}
    public long nextRip() {
        return nextRip;
    }

    /// {@return how many iterations of a `rep` instruction this trap may do; one where RFLAGS.TF is set}
    public int repeatBound() {
        return (cpu.rflags() & Rflags.TF) != 0 ? 1 : repeatBound;
    }

    /// {@return [#WIDEST] bytes, number 0 or 1, for an operation to work in; what they hold at first is left over}
    public byte[] scratch(int number) {
        return scratch[number];
    }

    // What an operation writes

    /// {@return the flags staged for this instruction}
    public Flags flags() {
        return pending.flags();
    }

    /// Stages a general-purpose register, 0 to 15, all 64 bits.
    public void setGpr(int register, long value) {
        pending.setGpr(register, value);
    }

    /// Stages a vector register.
    ///
    /// @param register 0 to 31
    /// @param from holds the new low bytes, from index 0, in memory order
    /// @param size how many of them: 16, 32 or 64
    /// @param clearsRest whether the bytes above become 0 (VEX and EVEX), or stay (legacy SSE)
    public void setVector(int register, byte[] from, int size, boolean clearsRest) {
        pending.setVector(register, from, size, clearsRest);
    }

    /// Copies the low `size` bytes, a multiple of 8, of vector register `register` to `into`.
    public void getVector(int register, byte[] into, int size) {
        for (int lane = 0; lane < size / 8; lane++) {
            Bytes.put(into, 8 * lane, 8, cpu.vector(register, lane));
        }
    }

    /// Stages an MMX register, 0 to 7.
    public void setMmx(int register, long value) {
        pending.setMmx(register, value);
    }

    /// Stages an opmask register, 0 to 7.
    public void setMask(int register, long value) {
        pending.setMask(register, value);
    }

    /// Commits what is staged, as a `rep` instruction does after each iteration; RIP stays.
    public void commitIteration() {
        stores.commit(memory);
        pending.commit(cpu);
        pending.clear();
    }

    /// Says that the instruction has iterations left: RIP stays on it.
    public void leaveIncomplete() {
        incomplete = true;
    }

    // Operands in memory

    /// Opens an operand at its own address.
    ///
    /// @param slot 0 or 1: which of the two operands it is to be
    public TranslatedOperand open(int slot, AccessPlan access) {
        return open(slot, access, access.ref().offset(cpu, nextRip));
    }

    /// Opens an operand: checks required alignment (#GP), segment limit or canonical form (#SS or #GP), alignment check
    /// (#AC), page faults (#PF), then that the devices take the widths; and translates. Of the first two, and of #AC
    /// and #PF, the manuals leave open which comes first; here it is as on AMD's processors.
    ///
    /// @param slot 0 or 1: which of the two operands it is to be
    /// @param offset into the segment of the access's address
    public TranslatedOperand open(int slot, AccessPlan access, long offset) {
        return translation.open(slot, access, offset);
    }

    /// Checks and translates an operand as [#open] does, without asking its devices for widths: for one that is not
    /// accessed, or not by a read or a write, which its methods refuse then with an IllegalStateException.
    public TranslatedOperand locate(int slot, AccessPlan access) {
        return translation.locate(slot, access, access.ref().offset(cpu, nextRip));
    }

    /// {@return where an access leads, as [LinearMemory#translate]}, for a handler that checks by itself what the
    /// processor would
    ///
    /// @throws IllegalStateException if the memory answers a guest-physical address of more than 52 bits
    public long translate(long linear, int size, boolean write, boolean user) {
        return translation.translate(linear, size, write, user);
    }

    /// Checks required alignment alone, as the processor does for a masked operand whatever the mask.
    ///
    /// @param offset into the segment of the access's address
    public void requireAlignment(AccessPlan access, long offset) {
        translation.requireAlignment(access, offset);
    }

    /// Stages the low `size` bytes of `value` for ordinary memory.
    ///
    /// @param size 1 to 8 bytes, which [#translate] has found to be ordinary memory that may be written
    public void writeMemory(long linear, int size, long value) {
        stores.add(linear, size, value);
    }

    // Accesses to devices

    /// {@return the low `size` bytes that the device answers, zero-extended}
    ///
    /// @param size 1, 2, 4 or 8
    public long readDevice(long gpa, int size) {
        return devices.read(gpa, size);
    }

    /// Writes the low `size` bytes of `value` to a device.
    ///
    /// @param size 1, 2, 4 or 8
    public void writeDevice(long gpa, int size, long value) {
        devices.write(gpa, size, value);
    }

    /// Offers a 64-byte command to the device at `gpa`.
    ///
    /// @return whether the device took it
    public boolean enqueue(long gpa, byte[] from) {
        return devices.enqueue(gpa, from);
    }

    /// What a read-modify-write makes of the value it has read.
    @FunctionalInterface
    public interface Modification {
        /// {@return the value to write}; stages flags. May be called again, with another value, if the device's
        /// changed.
        long apply(Execution execution, long old);
    }

    /// Reads an operand of 1 to 8 bytes, and writes what `modification` makes of it.
    ///
    /// @param locked whether no other access may come between: then a device's compare-and-exchange is used where it
    ///     offers one, else the bus's lock
    /// @return the value read
    public long modify(TranslatedOperand operand, boolean locked, Modification modification) {
        if (!locked || !operand.touchesDevice()) {
            long old = operand.load();
            operand.store(modification.apply(this, old));
            return old;
        }
        if (operand.isOneAccess() && devices.offersCompareAndExchange(operand.gpa(), operand.size())) {
            return exchange(operand.gpa(), operand.size(), modification);
        }
        devices.lock();
        try {
            return modify(operand, false, modification);
        } finally {
            devices.unlock();
        }
    }

    private long exchange(long gpa, int size, Modification modification) {
        long old = devices.read(gpa, size);
        for (int attempt = 0; attempt < LOCK_ATTEMPTS; attempt++) {
            long held = devices.compareAndExchange(gpa, size, old, modification.apply(this, old));
            if (held == old) {
                return old;
            }
            old = held;
        }
        throw refuse(CommonChecks.LOCK_CONTENTION, LOCK_ATTEMPTS + " attempts");
    }

    /// What a read-modify-write wider than 8 bytes makes of what it has read.
    @FunctionalInterface
    public interface WideModification {
        /// Changes `bytes`, in memory order from index 0, in place; stages registers and flags.
        void apply(Execution execution, byte[] bytes);
    }

    /// Reads an operand of 1 to 64 bytes, and writes what `modification` makes of it.
    ///
    /// @param locked whether no other access may come between: then the bus's lock is used
    public void modifyWide(TranslatedOperand operand, boolean locked, WideModification modification) {
        if (locked && operand.touchesDevice()) {
            devices.lock();
            try {
                modifyWide(operand, false, modification);
            } finally {
                devices.unlock();
            }
        } else {
            operand.load(wide);
            modification.apply(this, wide);
            operand.store(wide);
        }
    }

    // Ways out

    /// Ends the instruction with a fault.
    ///
    /// @return never; declared so that callers can write `throw`
    public RuntimeException fault(int vector, int errorCode) {
        return end.fault(vector, errorCode);
    }

    /// Ends the instruction with a page fault at `address`.
    ///
    /// @param errorCode a sum of the `PF_` bits of [LinearMemory]
    /// @return never; declared so that callers can write `throw`
    public RuntimeException pageFault(long address, int errorCode) {
        return end.pageFault(address, errorCode);
    }

    /// Ends the instruction with a Failure.
    ///
    /// @return never; declared so that callers can write `throw`
    public RuntimeException refuse(Check check, String detail) {
        return end.refuse(check, detail);
    }

    /// Ends the instruction with a Failure that leaves the general-purpose registers changed as they are staged, and
    /// nothing else.
    ///
    /// @param check a late one
    /// @return never; declared so that callers can write `throw`
    /// @throws IllegalArgumentException if the check is not late
    public RuntimeException refuseKeeping(Check check, String detail) {
        return end.refuseKeeping(check, detail);
    }
}
