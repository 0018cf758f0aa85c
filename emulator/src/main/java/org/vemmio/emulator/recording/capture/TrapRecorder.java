package org.vemmio.emulator.recording.capture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.Recording;
import org.vemmio.emulator.recording.file.RecordingAppender;

/// A file into which the traps of a simulator go, from all its virtual processors. Safe for several threads.
///
/// The file is a whole recording at any moment, whatever becomes of the process. Traps are written together, some at a
/// time, and at once behind one that was not emulated; those not yet written are lost with a process that is killed.
///
/// That the file cannot be written to changes nothing for the guest: the recording ends there, and [#close] tells why.
public final class TrapRecorder implements AutoCloseable {
    private final RecordingAppender file;
    private @Nullable IOException problem;

    private TrapRecorder(RecordingAppender file) {
        this.file = file;
    }

    /// {@return a builder of a recorder, with the defaults that its methods tell}
    ///
    /// @param file where to; compressed by gzip if its name ends in `.gz`. A file that is there is replaced
    public static Builder builder(Path file) {
        return new Builder(file);
    }

    /// Collects what a [TrapRecorder] is made of. For one thread.
    public static final class Builder {
        private final Path file;
        private String title = "";
        private String source = "";
        private String processor = "";
        private int flushEvery = 64;

        private Builder(Path file) {
            this.file = Objects.requireNonNull(file);
        }

        /// Sets what is recorded; nothing unless told.
        public Builder title(String title) {
            this.title = Objects.requireNonNull(title);
            return this;
        }

        /// Sets where the traps come from, such as the simulator's name and version; nothing unless told.
        public Builder source(String source) {
            this.source = Objects.requireNonNull(source);
            return this;
        }

        /// Sets which processor is simulated, such as `zen5`; nothing unless told.
        public Builder processor(String processor) {
            this.processor = Objects.requireNonNull(processor);
            return this;
        }

        /// Sets how many traps are written together, at least 1; 64 unless told. With 1 no trap is lost, and the file
        /// is some times as large.
        public Builder flushEvery(int flushEvery) {
            this.flushEvery = flushEvery;
            return this;
        }

        /// {@return the recorder, whose file is there now}
        ///
        /// @throws IllegalArgumentException if a number is out of its range
        /// @throws IOException if the file cannot be written to
        public TrapRecorder open() throws IOException {
            return new TrapRecorder(RecordingAppender.open(file, new Recording(title, source, processor, 0),
                    flushEvery));
        }
    }

    /// {@return an engine whose traps are recorded, owned by the calling thread}
    ///
    /// @param engine what it is made of, apart from its bus
    /// @param bus the devices
    /// @throws IllegalArgumentException as [MmioEngine.Builder#build]
    /// @throws org.vemmio.decoder.ZydisException if the Zydis library cannot be had
    public RecordingEngine engine(MmioEngine.Builder engine, MmioBus bus) {
        return new RecordingEngine(this, engine, bus);
    }

    /// Writes a trap, such as that of a [TrapCapture].
    public synchronized void write(RecordedTrap trap) {
        if (problem != null) {
            return;
        }
        try {
            file.write(trap);
            if (!(trap.expectation().orElse(null) instanceof Expectation.Emulated)) {
                file.flush();
            }
        } catch (IOException e) {
            problem = e;
        }
    }

    /// Writes what is left and closes the file; what comes afterwards is not written. Engines are closed before, since
    /// they may have a trap to write.
    ///
    /// @throws IOException if writing failed, now or before
    @Override
    public synchronized void close() throws IOException {
        file.close();
        if (problem != null) {
            throw new IOException("the recording ended early: " + problem.getMessage(), problem);
        }
    }
}
