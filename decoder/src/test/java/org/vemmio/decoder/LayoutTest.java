package org.vemmio.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The bindings against the structures that a C compiler lays out.
class LayoutTest {
    static List<Golden> fields() {
        return Golden.lines("layout-4.0.0.txt");
    }

    @ParameterizedTest
    @MethodSource("fields")
    void isThatOfTheCompiler(Golden golden) throws ReflectiveOperationException {
        Class<?> structure = Class.forName("org.vemmio.zydis.jextract." + golden.fields().get(0));
        String field = golden.fields().get(1);
        Method number = structure.getMethod(field.equals("sizeof") ? "sizeof" : field + "$offset");
        assertThat(number.invoke(null)).isEqualTo(Long.parseLong(golden.fields().get(2)));
    }
}
