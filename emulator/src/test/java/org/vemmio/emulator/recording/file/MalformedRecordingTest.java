package org.vemmio.emulator.recording.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each kind of mistake in a recording, with the one line that tells it.
class MalformedRecordingTest {
    private static final String HEADER = "{'vemmio':'recording','version':1,'title':'','source':'','traps':1}\n";
    private static final String TRAP = "{'rip':'0x1000','code':'8b07','gla':'0x2000','gpa':'0x3000'}";
    private static final String NO_RECORDING =
            "this is not a recording; the first line of one is a JSON object with 'vemmio':'recording'";

    private static Arguments header(String text, String message) {
        return arguments(text, message);
    }

    private static Arguments line(String text, String message) {
        return arguments(HEADER + text, message);
    }

    /// A trap with what it needs, and more.
    private static Arguments trap(String more, String message) {
        return arguments(HEADER + TRAP.replace("}", "," + more + "}"), message);
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                header("",
                        "1: " + NO_RECORDING),
                header("\u007fELF\u0002",
                        "1: " + NO_RECORDING),
                header("[]",
                        "1: " + NO_RECORDING),
                header("{'version':1,'traps':0}",
                        "1: " + NO_RECORDING),
                header("{'vemmio':'scenario','version':1,'traps':0}",
                        "1: " + NO_RECORDING),
                header("{'vemmio':1}",
                        "1:11: 'vemmio' is 1; it would be a string"),
                header("{'vemmio':'recording','version':2,'traps':0}",
                        "1: 'version' is 2; version 1 is the one that can be read"),
                header("{'vemmio':'recording','traps':0}",
                        "1: 'version' is missing; a header has 'vemmio', 'version' and 'traps'"),
                header("{'vemmio':'recording','version':1}",
                        "1: 'traps' is missing; a header has 'vemmio', 'version' and 'traps'"),
                header("{'vemmio':'recording','version':1,'traps':'0x1'}",
                        "1:43: 'traps' is '0x1'; it would be a whole number, at least 0"),
                header("{'vemmio':'recording','version':1,'traps':-1}",
                        "1:43: 'traps' is -1; it would be a whole number, at least 0"),
                header("{'vemmio':'recording','version':1.5,'traps':1}",
                        "1:33: 'version' is 1.5; it would be a whole number, at least 0"),
                header("{'vemmio':'recording','version':1,'traps':99999999999999999999}",
                        "1:43: 'traps' is 99999999999999999999; it would be a whole number, at least 0"),
                header("{'vemmio':'recording','version':1,'title':7,'traps':1}",
                        "1:43: 'title' is 7; it would be a string"),
                header("{'vemmio':'recording','version':1,",
                        "1:35: the file ends within an object; it has been cut off"),
                header("{'vemmio':'recording'\n,'version':1,'traps':0}",
                        "1: the object goes on behind the end of the line; a line holds a whole JSON object"),
                header("{'vemmio':'recording','version':1,'traps':0} {}",
                        "1:46: something follows the object on this line; a line holds one JSON object"),
                header(HEADER,
                        "1: the header says that 1 traps follow; the last is number 0"),
                line(TRAP + "\n" + TRAP,
                        "3: the header says that 1 traps follow; this is one more"),
                line("{'rip':'0x1000','code':'8b07','gla':'0x2000'}",
                        "2: 'gpa' is missing; a trap has 'rip', 'code', 'gla' and 'gpa'"),
                line("{'rip':'0x1000','code':'8b07','gla':'0x2fff','gpa':'0xffffffffffffffff'}",
                        "2:52: 'gpa' is '0xffffffffffffffff'; it would be a guest-physical address, below "
                                + "0x10000000000000"),
                line("{'rip':'0x1000','code':'8b07','gpa':'0x2000'}",
                        "2: 'gla' is missing; a trap has 'rip', 'code', 'gla' and 'gpa'"),
                line("{'rip':'0x1000','gla':'0x2000','gpa':'0x3000'}",
                        "2: 'code' is missing; a trap has 'rip', 'code', 'gla' and 'gpa'"),
                line("{'code':'8b07','gla':'0x2000','gpa':'0x3000'}",
                        "2: 'rip' is missing; a trap has 'rip', 'code', 'gla' and 'gpa'"),
                line("17",
                        "2:1: this is a number; a line holds an object"),
                line("{'rip':'0x1000','code':'8b07',",
                        "2:31: the file ends within an object; it has been cut off"),
                line("{'rip':'0x1000' 'code':'8b07'}",
                        "2:18: malformed JSON: Unexpected character (''' (code 34)): was expecting comma to "
                                + "separate Object entries"),
                line("{'rip':0x1000}",
                        "2:10: malformed JSON: Unexpected character ('x' (code 120))"),
                line("{'rip':'0x1000','rip':'0x1000'}",
                        "2:22: malformed JSON: Duplicate Object property 'rip'"),
                line("{'rip':'0x10\u000000'}",
                        "2:14: malformed JSON: Illegal unquoted character ((CTRL-CHAR, code 0)): has to be "
                                + "escaped using backslash to be included in string value"),
                line("{'rip':4096}",
                        "2:8: 'rip' is 4096; it would be a string such as '0x1f'"),
                line("{'rip':'1000'}",
                        "2:8: 'rip' is '1000'; it would be a number that begins with 0x, such as '0x1f'"),
                line("{'rip':'0X1000'}",
                        "2:8: 'rip' is '0X1000'; it would be a number that begins with 0x, such as '0x1f'"),
                line("{'rip':'0x1F'}",
                        "2:8: 'rip' is '0x1F'; it would be 0x and lower-case hexadecimal digits, such as '0x1f'"),
                line("{'rip':'0x'}",
                        "2:8: 'rip' is '0x'; it would be a number that begins with 0x, such as '0x1f'"),
                line("{'rip':'0x01'}",
                        "2:8: 'rip' is '0x01'; it would be a number without leading zeros, such as '0x1f'"),
                line("{'rip':'0x10000000000000000'}",
                        "2:8: 'rip' is '0x10000000000000000'; it would be a number of up to 64 bits"),
                line("{'code':'8b0'}",
                        "2:9: 'code' has 3 hexadecimal digits; two make a byte"),
                line("{'code':'8B07'}",
                        "2:9: 'code' is '8B07'; it would be lower-case hexadecimal digits, such as '8b07'"),
                line("{'code':'8b 07'}",
                        "2:9: 'code' is '8b 07'; it would be lower-case hexadecimal digits, such as '8b07'"),
                line("{'code':'0x8b07'}",
                        "2:9: 'code' is '0x8b07'; it would be lower-case hexadecimal digits, such as '8b07'"),
                line("{'code':'00000000000000000000000000000000'}",
                        "2:9: 'code' has 16 bytes; it would have up to 15"),
                line("{'code':['8b','07']}",
                        "2:9: 'code' is a list; it would be a string of hexadecimal digits such as '8b07'"),
                trap("'mode':48",
                        "2:68: 'mode' is 48; it would be 16, 32 or 64"),
                trap("'mode':'64'",
                        "2:68: 'mode' is '64'; it would be a whole number, at least 0"),
                trap("'cpl':4",
                        "2:67: 'cpl' is 4; it would be a whole number from 0 to 3"),
                trap("'regs':[]",
                        "2:68: 'regs' is a list; it would be an object"),
                trap("'regs':{'rax':1}",
                        "2:75: 'rax' is 1; it would be a string such as '0x1f'"),
                trap("'regs':{'rflags':true}",
                        "2:78: 'rflags' is true; it would be a string such as '0x1f'"),
                trap("'segs':{'cs':null}",
                        "2:74: 'cs' is null; it would be a string such as '0x1f'"),
                trap("'limits':{'cs':65535}",
                        "2:76: 'cs' is 65535; it would be a string such as '0x1f'"),
                trap("'vec':{'ymm3':'00112233445566778899aabbccddeeff'}",
                        "2:75: 'ymm3' has 16 bytes; it would have 32"),
                trap("'vec':{'zmm3':'00'}",
                        "2:75: 'zmm3' has 1 bytes; it would have 64"),
                trap("'vec':{'mm3':'00'}",
                        "2:74: 'mm3' has 1 bytes; it would have 8"),
                trap("'vec':{'k3':3}",
                        "2:73: 'k3' is 3; it would be a string such as '0x1f'"),
                trap("'vec':{'ymm3':'" + "00".repeat(32) + "','zmm3':'" + "00".repeat(64) + "'}",
                        "2:149: 'ymm3' and 'zmm3' are one register; one of them is told"),
                trap("'x87':[]",
                        "2:67: 'x87' is a list; it would be an object"),
                trap("'x87':{'cw':65536}",
                        "2:73: 'cw' is 65536; it would be a whole number from 0 to 65535"),
                trap("'x87':{'tag':'0x10000'}",
                        "2:74: 'tag' is '0x10000'; it would be at most 0xffff"),
                trap("'expect':{'outcome':'emulated','x87':{'st7':'0011223344556677'}}",
                        "2:105: 'st7' has 8 bytes; it would have 10"),
                trap("'sel':{'cs':65536}",
                        "2:73: 'cs' is 65536; it would be a whole number from 0 to 65535"),
                trap("'processor':5",
                        "2:73: 'processor' is 5; it would be a string"),
                trap("'assumed':'gpa'",
                        "2:71: 'assumed' is 'gpa'; it would be a list"),
                trap("'assumed':['gpa',5]",
                        "2:78: 'assumed' holds a number; it would be a list of strings"),
                trap("'expect':{'outcome':'failure','end':'stop'}",
                        "2:97: 'end' is 'stop'; it would be one of halt, panic, inject, terminate, abort, error, skip"),
                trap("'expect':{'outcome':'failure','check':5}",
                        "2:99: 'check' is 5; it would be a string"),
                trap("'expect':{'outcome':'failure','where':[]}",
                        "2:99: 'where' is a list; it would be a string"),
                trap("'expect':{'outcome':'exception','error_code':4294967296}",
                        "2:106: 'error_code' is 4294967296; it would be a whole number from 0 to 4294967295"),
                trap("'expect':{'outcome':'exception','error_code':'0x100000000'}",
                        "2:106: 'error_code' is '0x100000000'; it would be at most 0xffffffff"),
                trap("'expect':{'outcome':'exception','cr2':5}",
                        "2:99: 'cr2' is 5; it would be a string such as '0x1f'"),
                trap("'expect':{'outcome':'emulated','remaining':1}",
                        "2:104: 'remaining' is 1; it would be true or false"),
                trap("'private':1",
                        "2:71: 'private' is 1; it would be true or false"),
                trap("'context':'irq'",
                        "2:71: 'context' is 'irq'; it would be one of task, interrupt, init, idle"),
                trap("'map':{}",
                        "2:67: 'map' is an object; it would be a list"),
                trap("'map':['0x1000']",
                        "2:68: 'map' holds a string; it would be a list of objects"),
                trap("'map':[{'gla':'0x1000','gpa':'0x1000'}]",
                        "2: 'size' is missing; each of 'map' has 'gla', 'gpa' and 'size'"),
                trap("'map':[{'gla':'0x1000','gpa':'0x1000','size':0}]",
                        "2:106: 'size' is 0; it would be a whole number, at least 1"),
                trap("'map':[{'gla':'0x1000','gpa':'0x1000','size':1,'widths':128}]",
                        "2:117: 'widths' is 128; it would be a whole number from 0 to 127"),
                trap("'map':[{'gla':'0x1000','gpa':'0x1000','size':'0x1000'}]",
                        "2:106: 'size' is '0x1000'; it would be a whole number, at least 1"),
                trap("'map':[{'gla':'0xfffffffffffff000','gpa':'0x1000','size':4097}]",
                        "2: device windows and memory lie apart; the range at 0xfffffffffffff000 of size 4097 "
                                + "runs past the end of the address space"),
                trap("'map':[{'gla':'0x1000','gpa':'0x1000','size':4096},{'gla':'0x1fff','gpa':'0x9000','size':1}]",
                        "2: device windows and memory lie apart; the range at 0x1fff of size 1 overlaps another"),
                trap("'mem':[{'gla':'0x2ffe','bytes':'001122'}]",
                        "2: device windows and memory lie apart; the range at 0x2000 of size 4096 overlaps another"),
                trap("'mem':[{'gla':'0x5000','bytes':'0011'},{'gla':'0x5001','bytes':'00'}]",
                        "2: device windows and memory lie apart; the range at 0x5001 of size 1 overlaps another"),
                trap("'mem':[{'bytes':'0011'}]",
                        "2: 'gla' is missing; each of 'mem' has 'gla' and 'bytes'"),
                trap("'mem':[{'gla':'0x5000'}]",
                        "2: 'bytes' is missing; each of 'mem' has 'gla' and 'bytes'"),
                trap("'mmio':[{'op':'x'}]",
                        "2:75: 'op' is 'x'; it would be one of r, w"),
                trap("'mmio':[{'gpa':'0x3000','size':4,'value':'0x0'}]",
                        "2: 'op' is missing; each of 'mmio' has 'op', 'gpa', 'size' and 'value'"),
                trap("'mmio':[{'op':'r','size':4,'value':'0x0'}]",
                        "2: 'gpa' is missing; each of 'mmio' has 'op', 'gpa', 'size' and 'value'"),
                trap("'mmio':[{'op':'r','gpa':'0x3000','value':'0x0'}]",
                        "2: 'size' is missing; each of 'mmio' has 'op', 'gpa', 'size' and 'value'"),
                trap("'mmio':[{'op':'r','gpa':'0x3000','size':4}]",
                        "2: 'value' is missing; each of 'mmio' has 'op', 'gpa', 'size' and 'value'"),
                trap("'mmio':[{'op':'r','gpa':'0x3000','size':3,'value':'0x0'}]",
                        "2:101: 'size' is 3; it would be 1, 2, 4, 8, 16, 32 or 64"),
                trap("'mmio':[{'op':'r','gpa':'0x3000','size':128,'value':'0x0'}]",
                        "2:101: 'size' is 128; it would be a whole number from 1 to 64"),
                trap("'mmio':[{'op':'w','gpa':'0x3000','size':4,'value':'7'}]",
                        "2:111: 'value' is '7'; it would be a number that begins with 0x, such as '0x1f'"),
                trap("'mmio':[{'op':'w','gpa':'0x3000','size':4,'value':7}]",
                        "2:111: 'value' is 7; it would be a string such as '0x1f'"),
                trap("'backing':{'bytes':'00'}",
                        "2: 'gpa' is missing; 'backing' has 'gpa' and 'bytes'"),
                trap("'backing':{'gpa':'0x3000'}",
                        "2: 'bytes' is missing; 'backing' has 'gpa' and 'bytes'"),
                trap("'backing':{'gpa':'0x3000','bytes':'00'},'mmio':[{'op':'w','gpa':'0x3000','size':4,"
                        + "'value':'0x7'}]",
                        "2: a trap has device accesses or a backing device, not both"),
                trap("'volatile':{'gpa':'0x3000','size':1}",
                        "2: 'then' is missing; 'volatile' has 'gpa', 'size' and 'then'"),
                trap("'volatile':{'gpa':'0x3000','size':9,'then':'0x0'}",
                        "2:95: 'size' is 9; it would be a whole number from 1 to 8"),
                trap("'volatile':{'gpa':'0x3000','then':7}",
                        "2:95: 'then' is 7; it would be a string such as '0x1f'"),
                trap("'volatile':{'then':'0x100','gpa':'0x3000','size':1}",
                        "2: 'then' is 0x100; it would be a number of up to 8 bits, as 'size' tells"),
                trap("'volatile':{'gpa':'0x3000','size':1,'then':'0x0'}",
                        "2: the cell that changes is one of a backing device, and there is none"),
                trap("'backing':{'gpa':'0x3000','bytes':'0000'},'volatile':{'gpa':'0x3001','size':2,'then':'0x0'}",
                        "2: the cell that changes is 1 to 8 bytes of the backing device, not 2 at 0x3001"),
                trap("'backing':{'gpa':'0x3000','bytes':'0000'},'volatile':{'gpa':'0x2fff','size':2,'then':'0x0'}",
                        "2: the cell that changes is 1 to 8 bytes of the backing device, not 2 at 0x2fff"),
                trap("'device':null",
                        "2:70: 'device' is null; it would be a string"),
                trap("'mnemonic':{'a':1}",
                        "2:72: 'mnemonic' is an object; it would be a string"),
                trap("'expect':{}",
                        "2: 'outcome' is missing; 'expect' has 'outcome'"),
                trap("'expect':{'outcome':'agreed'}",
                        "2:81: 'outcome' is 'agreed'; it would be one of emulated, failure, exception"),
                trap("'expect':{'outcome':'failure','errno':'EPERM'}",
                        "2:99: 'errno' is 'EPERM'; it would be one of EIO, EFAULT, EINVAL"),
                trap("'expect':{'outcome':'failure','errno':-22}",
                        "2:99: 'errno' is -22; it would be one of EIO, EFAULT, EINVAL"),
                trap("'expect':{'outcome':'exception','vector':'#GP'}",
                        "2:102: 'vector' is '#GP'; it would be a whole number from 0 to 31"),
                trap("'expect':{'outcome':'exception','vector':32}",
                        "2:102: 'vector' is 32; it would be a whole number from 0 to 31"),
                trap("'expect':{'outcome':'emulated','backing':'00'}",
                        "2: what is expected of the backing device covers 1 bytes at 0x0; the trap's covers nothing"),
                trap("'backing':{'gpa':'0x3000','bytes':'00'},'expect':{'outcome':'emulated','backing':'0000'}",
                        "2: what is expected of the backing device covers 2 bytes at 0x3000; "
                                + "the trap's covers 1 bytes at 0x3000"),
                trap("'expect':{'outcome':'emulated','mem':[{'gla':'0x5000','bytes':'0011'}]}",
                        "2: what is expected of memory covers 2 bytes at 0x5000; the trap's covers nothing"),
                trap("'mem':[{'gla':'0x5000','bytes':'00'}],'expect':{'outcome':'emulated','mem':[{'gla':'0x5001',"
                        + "'bytes':'00'}]}",
                        "2: what is expected of memory covers 1 bytes at 0x5001; the trap's covers 1 bytes at 0x5000"),
                trap("'expect':{'outcome':'failure','linux':{'length':3}}",
                        "2: 'type' is missing; 'linux' has 'type'"),
                trap("'expect':{'outcome':'failure','linux':{'type':'INSN_MMIO_READ'}}",
                        "2:107: 'type' is 'INSN_MMIO_READ'; it would be one of DECODE_FAILED, WRITE, WRITE_IMM, "
                                + "READ, READ_ZERO_EXTEND, READ_SIGN_EXTEND, MOVS"),
                trap("'expect':{'outcome':'failure','linux':{'type':'READ','length':16}}",
                        "2:123: 'length' is 16; it would be a whole number from 0 to 15"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void tellsPlaceAndCause(String text, String message) {
        RecordingException e = failureOf(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        assertThat(e.getMessage().replace('"', '\'')).isEqualTo("some file:" + message);
        assertThat(e.getMessage()).isEqualTo(e.file() + ":" + e.line() + (e.column() == 0 ? "" : ":" + e.column())
                + ": " + e.problem());
    }

    /// Not within the first lines, so that the place is counted through what is compressed.
    @Test
    void tellsWhereCompressedDataEnd() throws IOException {
        byte[] whole = resource("linux-6.12-handle-mmio-unreachable");
        RecordingException e = failureOf(Arrays.copyOf(whole, whole.length / 2));
        assertThat(e).hasMessageMatching(
                "some file:[0-9]{3,4}: the compressed data end too early; the file has been cut off");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 10, 11, 30})
    void tellsWhereCompressedDataEndAtOnce(int length) throws IOException {
        byte[] whole = resource("linux-6.12-handle-mmio-unreachable");
        assertThat(failureOf(Arrays.copyOf(whole, length))).hasMessageStartingWith("some file")
                .hasMessageEndingWith(": the compressed data end too early; the file has been cut off");
    }

    @Test
    void tellsOfDamagedCompressedData() throws IOException {
        byte[] bytes = resource("linux-6.12-handle-mmio-unreachable");
        Arrays.fill(bytes, bytes.length / 2, bytes.length / 2 + 1000, (byte) 0xff);
        assertThat(failureOf(bytes)).hasMessageMatching("some file:[0-9]+(:[0-9]+)?: .+");
        byte[] wrongSum = resource("linux-6.12-handle-mmio-unreachable");
        wrongSum[wrongSum.length - 8] ^= 1;
        assertThat(failureOf(wrongSum)).hasMessageMatching("some file:2502: the compressed data are damaged: .+");
    }

    @Test
    void tellsOfInputThatFails() {
        InputStream failing = new SequenceInputStream(new ByteArrayInputStream(HEADER.replace('\'', '"').getBytes(
                StandardCharsets.UTF_8)), new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("the disk is gone");
                    }
                });
        assertThat(failureOf(failing)).hasMessage("some file:2: reading failed: the disk is gone");
    }

    @Test
    void tellsOfFilesThatCannotBeOpened(@TempDir Path folder) {
        Path file = folder.resolve("none.jsonl");
        assertThatExceptionOfType(RecordingException.class).isThrownBy(() -> RecordingReader.open(file))
                .withMessage(file + ": there is no such file");
        assertThatExceptionOfType(RecordingException.class).isThrownBy(() -> RecordingReader.open(folder))
                .withMessage(folder + ": reading failed: Is a directory");
        assertThatExceptionOfType(RecordingException.class).isThrownBy(() -> RecordingReader.ofResource("none"))
                .withMessage("none: no recording of this name comes with a jar; "
                        + "it would be the resource META-INF/vemmio/recordings/none.jsonl.gz");
    }

    @Test
    void closesInputThatIsNoRecording() {
        AtomicBoolean closed = new AtomicBoolean();
        InputStream in = new ByteArrayInputStream(new byte[] {'h', 'i'}) {
            @Override
            public void close() {
                closed.set(true);
            }
        };
        assertThat(failureOf(in)).isNotNull();
        assertThat(closed).isTrue();
    }

    @Test
    void givesNoTrapBehindAMistake() {
        String text = (HEADER.replace("1}", "3}") + TRAP + "\n{'rip':7}\n" + TRAP).replace('\'', '"');
        try (RecordingReader reader = RecordingReader.open("some file",
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))) {
            assertThat(reader.next().line()).isEqualTo(2);
            assertThatExceptionOfType(RecordingException.class).isThrownBy(reader::hasNext);
            assertThat(reader.hasNext()).isFalse();
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(reader::next);
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = MalformedRecordingTest.class.getClassLoader()
                .getResourceAsStream("META-INF/vemmio/recordings/" + name + ".jsonl.gz")) {
            return in.readAllBytes();
        }
    }

    private static RecordingException failureOf(byte[] bytes) {
        return failureOf(new ByteArrayInputStream(bytes));
    }

    private static RecordingException failureOf(InputStream in) {
        return catchThrowableOfType(RecordingException.class, () -> {
            try (RecordingReader reader = RecordingReader.open("some file", in)) {
                reader.forEachRemaining(trap -> { });
            }
        });
    }
}
