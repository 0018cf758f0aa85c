import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/// Gives the classes in jars that were made for Java 5, such as picocli's, what those of Java 8 have: stack maps.
/// Without them the start-up cache leaves a class out. Run by Maven on the jars that jlink is about to read.
///
///     java RenewClasses.java FOLDER
final class RenewClasses {
    private static final String SUFFIX = ".class";

    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final ClassFile files = ClassFile.of(StackMapsOption.GENERATE_STACK_MAPS, ClassHierarchyResolverOption.of(
            ClassHierarchyResolver.ofResourceParsing(this::open).orElse(ClassHierarchyResolver.defaultResolver())));

    private RenewClasses(Path jar) throws IOException {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), in.readAllBytes());
            }
        }
    }

    public static void main(String... arguments) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of(arguments[0]), "*.jar")) {
            for (Path jar : jars) {
                RenewClasses classes = new RenewClasses(jar);
                if (classes.areOld()) {
                    Path renewed = Path.of(jar + ".new");
                    classes.write(Files.newOutputStream(renewed));
                    Files.move(renewed, jar, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private InputStream open(ClassDesc type) {
        String descriptor = type.descriptorString();
        byte[] content = entries.get(descriptor.substring(1, descriptor.length() - 1) + SUFFIX);
        return content == null ? null : new ByteArrayInputStream(content);
    }

    private boolean areOld() {
        return entries.entrySet().stream().anyMatch(entry -> isOld(entry.getKey(), entry.getValue()));
    }

    private static boolean isOld(String name, byte[] content) {
        return name.endsWith(SUFFIX) && ((content[6] & 0xff) << 8 | content[7] & 0xff) < ClassFile.JAVA_6_VERSION;
    }

    private void write(OutputStream stream) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(stream)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                ZipEntry next = new ZipEntry(entry.getKey());
                // The same at every build.
                next.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
                out.putNextEntry(next);
                out.write(isOld(entry.getKey(), entry.getValue()) ? renewed(entry.getValue()) : entry.getValue());
            }
        }
    }

    /// Returns the class with its code as it is; what code means has not changed from Java 5 to 8.
    private byte[] renewed(byte[] content) {
        ClassTransform code = ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL);
        return files.transformClass(files.parse(content), code.andThen((builder, element) -> {
            if (element instanceof ClassFileVersion) {
                builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
            } else {
                builder.with(element);
            }
        }));
    }
}
