package org.vemmio.emulator.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.provider.ArgumentsSource;

/// Gives a parameterised test the traps of a recording, one [org.vemmio.emulator.recording.RecordedTrap] each time.
///
/// ```java
/// @ParameterizedTest
/// @RecordedTraps(value = "linux-6.1-drivers-q35", device = "vga-lowmem", mode = 64, onePerInstruction = true)
/// void consoleTrap(RecordedTrap trap) {
/// ```
///
/// A trap is taken if every filter that is set lets it pass; of a filter with several values, one must. In a pattern
/// `*` stands for any characters and `?` for one, and case does not count. Traps are read while the test runs, so that
/// a recording larger than memory serves. Each is displayed with the bytes and the text of its instruction, and its
/// line.
///
/// The container of the tests fails if the recording is missing or wrong, or if no trap passes.
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ArgumentsSource(RecordedTrapsProvider.class)
@SuppressWarnings("exports") // JUnit stays optional for users of other packages
public @interface RecordedTraps {
    /// The recording: one that comes with a jar, by its name, as
    /// [org.vemmio.emulator.recording.file.RecordingReader#ofResource] finds it; or, where this ends in `.jsonl` or
    /// `.jsonl.gz`, a file.
    String value();

    /// Patterns for the mnemonic, as the processor decodes the bytes.
    String[] mnemonic() default {};

    /// Patterns for the device's label; `none` is a trap without one.
    String[] device() default {};

    /// Sizes of the code segment: 16, 32, 64.
    int[] mode() default {};

    /// Whether only the first of all traps with the same instruction is taken.
    boolean onePerInstruction() default false;

    /// How many traps are taken at most, at least 1.
    long first() default Long.MAX_VALUE;
}
