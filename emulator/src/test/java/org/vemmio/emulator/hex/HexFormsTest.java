package org.vemmio.emulator.hex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every form by a sample, which the tool itself printed where it could be had, and by its example.
class HexFormsTest {
    /// The `.text` of the object file that most samples are dumps of.
    private static final String CODE = "488b05000000008b004863ff488d15000000000304bac3893d00000000488b0500000000897810c3"
            + "89f1b80000000066f3abc3";
    /// These are never recognised, since another reading is as good; the user names them.
    private static final Set<String> GIVEN = Set.of("od-o1", "od-u1", "od-x2", "od-u2", "od-o2", "od-x4", "od-x8");

    /// A line of the index.
    record Sample(String file, String form, String expected) {
    }

    static List<Sample> samples() throws IOException {
        List<Sample> samples = new ArrayList<>();
        for (String line : new String(resource("samples.txt"), StandardCharsets.UTF_8).lines().toList()) {
            if (!line.startsWith("#")) {
                String[] columns = line.split(" ?\\| ?", 3);
                samples.add(new Sample(columns[0], columns[1], columns[2].replace("CODE", CODE)));
            }
        }
        return samples;
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = HexFormsTest.class.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aSampleIsReadAsItsFormOrAskedAbout(Sample sample) throws IOException {
        byte[] text = resource(sample.file);
        if (sample.form.equals("-")) {
            assertThatThrownBy(() -> ReadHex.of(text, Optional.empty())).isInstanceOf(HexException.class)
                    .hasMessageContaining(sample.expected);
        } else if (sample.form.startsWith("--from ")) {
            HexForm form = HexForm.named(sample.form.substring("--from ".length())).orElseThrow();
            assertThat(ReadHex.of(text, Optional.of(form)).chunks()).isEqualTo(sample.expected);
        } else {
            assertThat(ReadHex.of(text, Optional.empty())).isEqualTo(new ReadHex(sample.form, sample.expected));
            assertThat(ReadHex.of(text, HexForm.named(sample.form)).chunks()).as("with --from")
                    .isEqualTo(sample.expected);
        }
    }

    @Test
    void everyFormHasASample() throws IOException {
        Set<String> forms = samples().stream().map(sample -> sample.form.replace("--from ", ""))
                .collect(Collectors.toSet());
        assertThat(forms).containsAll(HexForm.all().stream().map(HexForm::name).toList());
    }

    static Stream<HexForm> forms() {
        return HexForm.all().stream();
    }

    @ParameterizedTest
    @MethodSource("forms")
    void anExampleIsReadAsItsForm(HexForm form) {
        byte[] example = form.example().getBytes(StandardCharsets.UTF_8);
        if (GIVEN.contains(form.name())) {
            assertThatThrownBy(() -> ReadHex.of(example, Optional.empty())).isInstanceOf(HexException.class)
                    .hasMessageContaining("--from " + form.name());
            assertThat(ReadHex.of(example, Optional.of(form)).chunks()).startsWith("0:488b07f366ab");
        } else {
            ReadHex read = ReadHex.of(example, Optional.empty());
            assertThat(read.form()).isEqualTo(form.name());
            assertThat(read.chunks()).isEqualTo(ReadHex.of(example, Optional.of(form)).chunks());
            assertThat(read.chunks().isEmpty()).as("without bytes").isEqualTo(form.name().equals("edk2"));
        }
        assertThat(form.description()).doesNotContain("\n");
    }

    /// The table of README.md, of all forms that this test reads.
    @Test
    void theReadmeListsEveryForm() throws IOException {
        StringBuilder table = new StringBuilder("| form | what it is |\n|---|---|\n");
        HexForm.all().forEach(form ->
                table.append("| `%s` | %s |\n".formatted(form.name(), form.description().replace("\\", "\\\\"))));
        String readme = Files.readString(Path.of("../README.md"));
        String begin = "<!-- forms of decode -->\n";
        assertThat(readme).contains(begin);
        String shown = readme.substring(readme.indexOf(begin) + begin.length());
        assertThat(shown.substring(0, shown.indexOf("<!-- end -->"))).isEqualTo(table.toString());
    }

    @Test
    void namesAreUniqueWords() {
        assertThat(HexForm.all().stream().map(HexForm::name)).doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[a-z0-9-]+"));
        assertThat(HexForm.named("nosuch")).isEmpty();
    }
}
