package org.vemmio.emulator.operation;

import java.util.List;
import java.util.Objects;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Cr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.device.AccessObserver;
import org.vemmio.emulator.device.DeviceRefusedException;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.FailureReason;
import org.vemmio.emulator.outcome.Outcome;

/// The state of one engine while it executes an operation. For one thread; reused from trap to trap, so that a trap
/// costs no allocation.
///
/// An operation opens its operands in memory ([#open]), which checks everything that can fault or be refused and
/// translates it, then makes its accesses ([TranslatedOperand]), then stages what it writes to registers ([#setGpr] and others)
/// and [#flags()]. The engine commits what is staged when the operation returns; nothing is committed if it was
/// interrupted.
public final class Execution {
    /// The widest access in bytes.
    public static final int WIDEST = 64;

    private static final int LOCK_ATTEMPTS = 1024;

    private final MmioBus bus;
    private final AccessObserver observer;
    private final boolean splitting;
    private final int repeatBound;
    private final PendingWrites stage = new PendingWrites();
    private final AccessLog log = new AccessLog();
    private final TranslatedOperand[] windows = {new TranslatedOperand(this), new TranslatedOperand(this)};
    private final byte[] narrow = new byte[8];
    private final byte[] wide = new byte[WIDEST];
    private final byte[][] scratch = new byte[2][WIDEST];

    @SuppressWarnings("NullAway.Init")
    private Cpu cpu;
    @SuppressWarnings("NullAway.Init")
    private LinearMemory memory;
    @SuppressWarnings("NullAway.Init")
    private Trap trap;
    private long nextRip;

    private boolean split;
    private boolean incomplete;
    private boolean accessingWrite;
    private long accessingGpa;
    private int accessingSize;

    private boolean faulted;
    private int vector;
    private int errorCode;
    private long faultAddress;
    private FailureReason reason = FailureReason.DEVICE_REFUSED;
    private String detail = "";

    /// How [#run] ended.
    public enum Result {
        /// The instruction is complete.
        COMPLETE,
        /// A `rep` instruction has iterations left.
        INCOMPLETE,
        /// The instruction faulted: see [#exception].
        FAULT,
        /// The instruction is complete, and RFLAGS.TF asks for a #DB: see [#exception].
        SINGLE_STEP,
        /// The handler or a device refused: see [#reason] and [#detail].
        REFUSED
    }

    /// Creates the state of an engine.
    ///
    /// @param bus the devices
    /// @param observer is told of every access
    /// @param splitting whether an access wider than the device takes is split, or refused
    /// @param repeatBound how many iterations of a `rep` instruction one trap may do, at least 1
    public Execution(MmioBus bus, AccessObserver observer, boolean splitting, int repeatBound) {
        this.bus = Objects.requireNonNull(bus);
        this.observer = Objects.requireNonNull(observer);
        this.splitting = splitting;
        this.repeatBound = repeatBound;
    }

    /// Executes an operation and, unless it is interrupted, commits it.
    ///
    /// Anything that a device or a memory throws, [DeviceRefusedException] apart, goes through to the caller; nothing
    /// is committed then.
    public Result run(MmioOperation operation, Trap trap, Cpu cpu, LinearMemory memory) {
        this.trap = trap;
        this.cpu = cpu;
        this.memory = memory;
        nextRip = cpu.ripAfter(operation.length());
        log.clear();
        stage.clear();
        split = false;
        incomplete = false;
        try {
            int missing = operation.feature().missing(cpu);
            if (missing != Feature.NOTHING) {
                throw fault(missing, 0);
            }
            operation.execute(this);
        } catch (Interruption interruption) {
            return faulted ? Result.FAULT : Result.REFUSED;
        } catch (DeviceRefusedException refusal) {
            reason = FailureReason.DEVICE_REFUSED;
            detail = "%s of %d %s at 0x%x: %s".formatted(accessingWrite ? "write" : "read", accessingSize,
                    accessingSize == 1 ? "byte" : "bytes", accessingGpa, refusal.getMessage());
            return Result.REFUSED;
        }
        return commit(operation);
    }

    private Result commit(MmioOperation operation) {
        boolean singleStep = operation.isArchitectural() && (cpu.rflags() & Rflags.TF) != 0;
        if (operation.feature() == Feature.MMX) {
            cpu.enterMmx();
        }
        stage.commit(cpu);
        if (!incomplete) {
            cpu.setRip(nextRip);
            if (operation.isArchitectural() && (cpu.rflags() & Rflags.RF) != 0) {
                cpu.setRflags(cpu.rflags() & ~Rflags.RF);
            }
        }
        if (singleStep) {
            vector = Outcome.Exception.DB;
            errorCode = 0;
            faultAddress = 0;
            return Result.SINGLE_STEP;
        }
        return incomplete ? Result.INCOMPLETE : Result.COMPLETE;
    }

    // What an operation reads

    /// {@return the registers as before the instruction}
    public Cpu cpu() {
        return cpu;
    }

    /// {@return the guest's memory, for addresses that have been opened}
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
        return stage.flags();
    }

    /// Stages a general-purpose register, 0 to 15, all 64 bits.
    public void setGpr(int register, long value) {
        stage.setGpr(register, value);
    }

    /// Stages a vector register.
    ///
    /// @param register 0 to 31
    /// @param from holds the new low bytes, from index 0, in memory order
    /// @param size how many of them: 16, 32 or 64
    /// @param clearsRest whether the bytes above become 0 (VEX and EVEX), or stay (legacy SSE)
    public void setVector(int register, byte[] from, int size, boolean clearsRest) {
        stage.setVector(register, from, size, clearsRest);
    }

    /// Copies the low `size` bytes, a multiple of 8, of vector register `register` to `into`.
    public void getVector(int register, byte[] into, int size) {
        for (int lane = 0; lane < size / 8; lane++) {
            Bytes.put(into, 8 * lane, 8, cpu.vector(register, lane));
        }
    }

    /// Stages an MMX register, 0 to 7.
    public void setMmx(int register, long value) {
        stage.setMmx(register, value);
    }

    /// Stages an opmask register, 0 to 7.
    public void setMask(int register, long value) {
        stage.setMask(register, value);
    }

    /// Commits what is staged, as a `rep` instruction does after each iteration; RIP stays.
    public void commitIteration() {
        stage.commit(cpu);
        stage.clear();
    }

    /// Says that the instruction has iterations left: RIP stays on it.
    public void leaveIncomplete() {
        incomplete = true;
    }

    // Operands in memory

    /// Opens an operand at its own address and natural alignment.
    ///
    /// @param slot 0 or 1: which of the two windows to use
    /// @param size 1 to 64 bytes
    /// @param write whether it will be written (a read-modify-write too)
    public TranslatedOperand open(int slot, MemoryRef ref, int size, boolean write) {
        return open(slot, ref, ref.offset(cpu, nextRip), size, write, 1);
    }

    /// Opens an operand of which #AC asks for [#naturalAlignment]; the rest as the method with most parameters.
    public TranslatedOperand open(int slot, MemoryRef ref, long offset, int size, boolean write, int alignment) {
        return open(slot, ref, offset, size, write, alignment, naturalAlignment(size));
    }

    /// {@return the multiple at which an operand of `size` bytes is aligned: its size if that is a power of two, at
    /// most 16; else 1} (Intel SDM vol. 3, table 7-7)
    public static int naturalAlignment(int size) {
        return Integer.bitCount(size) == 1 ? Math.min(size, 16) : 1;
    }

    /// Opens an operand: checks required alignment (#GP), segment limit or canonical form (#SS or #GP), alignment check
    /// (#AC), page faults (#PF), then that the devices take the widths; and translates. Of the first two, and of #AC
    /// and #PF, the manuals leave open which comes first; here it is as on AMD's processors.
    ///
    /// @param slot 0 or 1: which of the two windows to use
    /// @param offset into the segment of `ref`
    /// @param size 1 to 64 bytes
    /// @param write whether it will be written (a read-modify-write too)
    /// @param alignment a power of two; an address that is no multiple of it raises #GP
    /// @param checked a power of two; an address that is no multiple of it raises #AC, at CPL 3 where that is on
    public TranslatedOperand open(int slot, MemoryRef ref, long offset, int size, boolean write, int alignment, int checked) {
        TranslatedOperand window = locate(slot, ref, offset, size, write, alignment, checked);
        checkWidths(window.firstGpa(), window.firstSize());
        if (window.firstSize() < size) {
            checkWidths(window.secondGpa(), size - window.firstSize());
            split |= window.touchesDevice();
        }
        return window;
    }

    /// Checks and translates an operand as [#open] does, without asking its devices for widths: for one that is not
    /// accessed, or not by a read or a write.
    public TranslatedOperand locate(int slot, MemoryRef ref, long offset, int size, boolean write, int alignment, int checked) {
        requireAlignment(ref, offset, alignment);
        checkSegment(ref, offset, size);
        long linear = ref.linear(cpu, offset);
        boolean user = cpu.cpl() == 3;
        if (user && (linear & checked - 1) != 0 && (cpu.rflags() & Rflags.AC) != 0 && (cpu.cr0() & Cr.CR0_AM) != 0) {
            throw fault(Outcome.Exception.AC, 0);
        }
        int toBoundary = LinearMemory.PAGE_SIZE - (int) (linear & LinearMemory.PAGE_SIZE - 1);
        int firstSize = Math.min(size, toBoundary);
        long second = ref.mode() == CodeMode.CODE64 ? linear + firstSize : linear + firstSize & 0xffff_ffffL;
        TranslatedOperand window = windows[slot];
        window.set(linear, size, firstSize, second);
        long firstGpa = translate(linear, firstSize, write, user);
        long secondGpa = LinearMemory.NOT_A_DEVICE;
        if (firstSize < size) {
            secondGpa = translate(second, size - firstSize, write, user);
        }
        window.translate(firstGpa, secondGpa);
        return window;
    }

    /// Checks required alignment alone, as the processor does for a masked operand whatever the mask.
    ///
    /// @param offset into the segment of `ref`
    /// @param alignment a power of two; an address that is no multiple of it raises #GP
    public void requireAlignment(MemoryRef ref, long offset, int alignment) {
        if ((ref.linear(cpu, offset) & alignment - 1) != 0) {
            throw fault(Outcome.Exception.GP, 0);
        }
    }

    private void checkSegment(MemoryRef ref, long offset, int size) {
        boolean valid;
        if (ref.mode() == CodeMode.CODE64) {
            long linear = ref.linear(cpu, offset);
            int unused = (cpu.cr4() & Cr.CR4_LA57) != 0 ? 64 - 57 : 64 - 48;
            long last = linear + size - 1;
            valid = linear << unused >> unused == linear && last << unused >> unused == last;
        } else {
            long limit = cpu.segmentLimit(ref.segment());
            valid = limit == -1 || Long.compareUnsigned(offset + size - 1, limit) <= 0;
        }
        if (!valid) {
            throw fault(ref.segment() == Segment.SS ? Outcome.Exception.SS : Outcome.Exception.GP, 0);
        }
    }

    private long translate(long linear, int size, boolean write, boolean user) {
        int code = memory.check(linear, size, write, user);
        if (code != LinearMemory.NO_FAULT) {
            throw pageFault(linear, code);
        }
        return memory.deviceAddress(linear);
    }

    private void checkWidths(long gpa, int size) {
        if (gpa == LinearMemory.NOT_A_DEVICE || takes(gpa, size)) {
            return;
        }
        if (!splitting) {
            throw refuse(FailureReason.WIDTH_REFUSED, size + " bytes, and splitting is switched off");
        }
        for (int done = 0; done < size;) {
            int width = widthAt(gpa + done, size - done);
            if (width == 0) {
                throw refuse(FailureReason.WIDTH_REFUSED,
                        "%d of %d bytes at 0x%x".formatted(size - done, size, gpa + done));
            }
            done += width;
        }
    }

    private int widthAt(long gpa, int remaining) {
        return Integer.highestOneBit(bus.widths(gpa) & (Integer.highestOneBit(remaining) << 1) - 1);
    }

    boolean takes(long gpa, int size) {
        return Integer.bitCount(size) == 1 && (bus.widths(gpa) & size) != 0;
    }

    // Accesses to devices

    /// {@return the low `size` bytes that the device answers, zero-extended}
    ///
    /// @param size 1, 2, 4 or 8
    public long readDevice(long gpa, int size) {
        accessing(false, gpa, size);
        Bytes.put(narrow, 0, 8, bus.read(gpa, size));
        accessed(false, gpa, narrow, 0, size);
        return Bytes.get(narrow, 0, size);
    }

    /// Writes the low `size` bytes of `value` to a device.
    ///
    /// @param size 1, 2, 4 or 8
    public void writeDevice(long gpa, int size, long value) {
        accessing(true, gpa, size);
        Bytes.put(narrow, 0, 8, value);
        bus.write(gpa, size, Bytes.get(narrow, 0, size));
        accessed(true, gpa, narrow, 0, size);
    }

    void readDevice(long gpa, byte[] into, int offset, int count) {
        for (int done = 0; done < count;) {
            int width = widthAt(gpa + done, count - done);
            split |= width < count;
            if (width <= 8) {
                Bytes.put(into, offset + done, width, readDevice(gpa + done, width));
            } else {
                accessing(false, gpa + done, width);
                bus.read(gpa + done, into, offset + done, width);
                accessed(false, gpa + done, into, offset + done, width);
            }
            done += width;
        }
    }

    void writeDevice(long gpa, byte[] from, int offset, int count) {
        for (int done = 0; done < count;) {
            int width = widthAt(gpa + done, count - done);
            split |= width < count;
            if (width <= 8) {
                writeDevice(gpa + done, width, Bytes.get(from, offset + done, width));
            } else {
                accessing(true, gpa + done, width);
                bus.write(gpa + done, from, offset + done, width);
                accessed(true, gpa + done, from, offset + done, width);
            }
            done += width;
        }
    }

    /// Offers a 64-byte command to the device at `gpa`.
    ///
    /// @return whether the device took it
    public boolean enqueue(long gpa, byte[] from) {
        accessing(true, gpa, WIDEST);
        boolean taken = bus.enqueue(gpa, from, 0);
        accessed(true, gpa, from, 0, WIDEST);
        return taken;
    }

    private void accessing(boolean write, long gpa, int size) {
        accessingWrite = write;
        accessingGpa = gpa;
        accessingSize = size;
    }

    private void accessed(boolean write, long gpa, byte[] bytes, int offset, int size) {
        log.add(write, gpa, bytes, offset, size);
        observer.accessed(write, gpa, bytes, offset, size);
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
    public long modify(TranslatedOperand window, boolean locked, Modification modification) {
        if (!locked || !window.touchesDevice()) {
            long old = window.load();
            window.store(modification.apply(this, old));
            return old;
        }
        long gpa = window.gpa();
        if (gpa != LinearMemory.NOT_A_DEVICE && takes(gpa, window.size())
                && bus.offersCompareAndExchange(gpa, window.size())) {
            return exchange(gpa, window.size(), modification);
        }
        bus.lock();
        try {
            return modify(window, false, modification);
        } finally {
            bus.unlock();
        }
    }

    private long exchange(long gpa, int size, Modification modification) {
        long old = readDevice(gpa, size);
        for (int attempt = 0; attempt < LOCK_ATTEMPTS; attempt++) {
            long value = modification.apply(this, old);
            accessing(true, gpa, size);
            Bytes.put(narrow, 0, 8, bus.compareAndExchange(gpa, size, old, value));
            long held = Bytes.get(narrow, 0, size);
            if (held == old) {
                Bytes.put(narrow, 0, 8, value);
                accessed(true, gpa, narrow, 0, size);
                return old;
            }
            accessed(false, gpa, narrow, 0, size);
            old = held;
        }
        throw refuse(FailureReason.LOCK_CONTENTION, LOCK_ATTEMPTS + " attempts");
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
    public void modifyWide(TranslatedOperand window, boolean locked, WideModification modification) {
        if (locked && window.touchesDevice()) {
            bus.lock();
            try {
                modifyWide(window, false, modification);
            } finally {
                bus.unlock();
            }
        } else {
            window.load(wide);
            modification.apply(this, wide);
            window.store(wide);
        }
    }

    // Ways out

    /// Ends the instruction with a fault.
    ///
    /// @return never; declared so that callers can write `throw`
    public RuntimeException fault(int vector, int errorCode) {
        this.vector = vector;
        this.errorCode = errorCode;
        faulted = true;
        throw Interruption.INSTANCE;
    }

    /// Ends the instruction with a page fault at `address`.
    ///
    /// @param errorCode a sum of the `PF_` bits of [LinearMemory]
    /// @return never; declared so that callers can write `throw`
    public RuntimeException pageFault(long address, int errorCode) {
        faultAddress = address;
        return fault(Outcome.Exception.PF, errorCode);
    }

    /// Ends the instruction with a Failure.
    ///
    /// @return never; declared so that callers can write `throw`
    public RuntimeException refuse(FailureReason reason, String detail) {
        this.reason = reason;
        this.detail = detail;
        faulted = false;
        throw Interruption.INSTANCE;
    }

    // What the engine asks afterwards

    /// {@return the success of the operation that was run}
    public Outcome.Emulated emulated(MmioOperation operation) {
        return operation.emulated(!incomplete, log.isEmpty() ? Outcome.Effect.NO_ACCESS
                : split ? Outcome.Effect.SPLIT : Outcome.Effect.WHOLE);
    }

    /// {@return the fault or the single step that ended the operation that was run}
    public Outcome.Exception exception(MmioOperation operation) {
        return new Outcome.Exception(operation.handler(), operation.decoding(), vector, errorCode,
                vector == Outcome.Exception.PF ? faultAddress : 0,
                vector == Outcome.Exception.DB && !incomplete);
    }

    /// {@return why the operation that was run was refused}
    public FailureReason reason() {
        return reason;
    }

    /// {@return what [#reason] leaves open; may be empty}
    public String detail() {
        return detail;
    }

    /// {@return the device accesses of the last run, in order}
    public List<DeviceAccess> accesses() {
        return log.toList();
    }
}
