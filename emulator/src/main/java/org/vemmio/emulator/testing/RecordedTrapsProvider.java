package org.vemmio.emulator.testing;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.AnnotationBasedArgumentsProvider;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.support.ParameterDeclarations;
import org.junit.platform.commons.PreconditionViolationException;
import org.vemmio.decoder.Decoder;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.TrapFilter;
import org.vemmio.emulator.recording.file.RecordingReader;

/// Reads what [RecordedTraps] asks for, as JUnit asks for it.
final class RecordedTrapsProvider extends AnnotationBasedArgumentsProvider<RecordedTraps> {
    @Override
    protected Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context,
            RecordedTraps source) {
        TrapFilter filter = filter(source);
        Selected traps = new Selected(source.value(), open(source.value()), filter);
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(traps, Spliterator.ORDERED | Spliterator.NONNULL), false)
                .onClose(traps::close);
    }

    private static RecordingReader open(String recording) {
        return recording.endsWith(".jsonl") || recording.endsWith(".jsonl.gz")
                ? RecordingReader.open(Path.of(recording).toAbsolutePath()) : RecordingReader.ofResource(recording);
    }

    private static TrapFilter filter(RecordedTraps source) {
        StringJoiner terms = new StringJoiner(",");
        addAlternatives(terms, "mnemonic=", Arrays.stream(source.mnemonic()));
        addAlternatives(terms, "device=", Arrays.stream(source.device()));
        addAlternatives(terms, "mode=", Arrays.stream(source.mode()).mapToObj(Integer::toString));
        if (source.onePerInstruction()) {
            terms.add("per-instruction=1");
        }
        if (source.first() != Long.MAX_VALUE) {
            terms.add("first=" + source.first());
        }
        if (terms.length() == 0) {
            return TrapFilter.all();
        }
        try {
            return TrapFilter.parse(terms.toString());
        } catch (IllegalArgumentException e) {
            throw new PreconditionViolationException(
                    "@RecordedTraps asks for %s; %s".formatted(terms, e.getMessage()), e);
        }
    }

    private static void addAlternatives(StringJoiner terms, String key, Stream<String> values) {
        String alternatives = values.collect(Collectors.joining("/"));
        if (!alternatives.isEmpty()) {
            terms.add(key + alternatives);
        }
    }

    /// The traps that pass, each read when it is asked for.
    private static final class Selected implements Iterator<Arguments>, AutoCloseable {
        private final String recording;
        private final RecordingReader reader;
        private final TrapFilter filter;
        private final Decoder decoder = Decoder.open();
        private final TrapFilter.Selection selection;
        private @Nullable RecordedTrap next;
        private long read;
        private boolean anyPassed;

        Selected(String recording, RecordingReader reader, TrapFilter filter) {
            this.recording = recording;
            this.reader = reader;
            this.filter = filter;
            this.selection = filter.start(decoder);
        }

        @Override
        public boolean hasNext() {
            while (next == null && !selection.isOver() && reader.hasNext()) {
                RecordedTrap trap = reader.next();
                read++;
                if (selection.takes(trap)) {
                    next = trap;
                    anyPassed = true;
                }
            }
            if (!anyPassed) {
                throw new PreconditionViolationException(read == 0
                        ? "the recording %s has no traps".formatted(recording)
                        : "none of the %d traps of %s passes %s".formatted(read, recording, filter));
            }
            return next != null;
        }

        @Override
        public Arguments next() {
            if (!hasNext() || next == null) {
                throw new NoSuchElementException();
            }
            RecordedTrap trap = next;
            next = null;
            return Arguments.argumentSet(InstructionText.of(trap, decoder) + " (line " + trap.line() + ")", trap);
        }

        @Override
        public void close() {
            decoder.close();
            reader.close();
        }
    }
}
