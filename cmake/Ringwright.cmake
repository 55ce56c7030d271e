# One library a folder:
#   ringwright_library(engine_cql SOURCES lexer.cpp ... LINKS engine_base ...)
# One test program a folder; each tst_*.cpp holds one QObject with its claims as slots:
#   ringwright_test(tst_engine_cql SOURCES tst_lexer.cpp ... LINKS engine_cql)
#   with WIDGETS before SOURCES for tests that need a QApplication and the fakes of tests/support,
#   with RUN_BY_SCRIPT for one that a script starts because it needs something else to run
# A program: ringwright_program(ringwright-node SOURCES main.cpp LINKS engine_node)

function(ringwright_target_defaults target)
    target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
    target_compile_features(${target} PUBLIC cxx_std_20)
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wno-missing-field-initializers)
    if(CMAKE_UNITY_BUILD)
        # GCC takes each .cpp within a unity file for a header, and warns of its anonymous types.
        target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
    endif()
    if(CMAKE_CXX_FLAGS MATCHES "-fsanitize")
        # What GCC 12 sees in instrumented code (of std::optional and std::regex) is not there in ours.
        target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
    endif()
    if(RINGWRIGHT_WERROR)
        target_compile_options(${target} PRIVATE -Werror)
    endif()
endfunction()

# For targets that use Qt's containers: its 6.4 headers copy nothing from null (qarraydataops.h),
# which UBSan's check of nonnull attributes ends the program for. All its other checks stay on.
function(ringwright_qt_target target)
    if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=[a-z,]*undefined")
        target_compile_options(${target} PRIVATE -fno-sanitize=nonnull-attribute)
    endif()
endfunction()

function(ringwright_library target)
    cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
    add_library(${target} STATIC ${arg_SOURCES})
    target_link_libraries(${target} PUBLIC ${arg_LINKS})
    ringwright_target_defaults(${target})
    if(target MATCHES "^(widgets|app)")
        ringwright_qt_target(${target})
        set_target_properties(${target} PROPERTIES AUTOMOC ON)
        if(RINGWRIGHT_PCH)
            target_precompile_headers(${target} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/qt_pch.h)
        endif()
    endif()
endfunction()

function(ringwright_program target)
    cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
    add_executable(${target} ${arg_SOURCES})
    target_link_libraries(${target} PRIVATE ${arg_LINKS})
    ringwright_target_defaults(${target})
    set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

function(ringwright_test target)
    cmake_parse_arguments(arg "WIDGETS;RUN_BY_SCRIPT" "" "SOURCES;LINKS" ${ARGN})
    add_executable(${target} ${arg_SOURCES})
    if(arg_WIDGETS)
        set(support test_support_widgets)
    else()
        set(support test_support)
    endif()
    target_link_libraries(${target} PRIVATE ${support} Qt6::Test ${arg_LINKS})
    ringwright_target_defaults(${target})
    target_compile_definitions(${target} PRIVATE
        RINGWRIGHT_FIXTURES="${PROJECT_SOURCE_DIR}/tests/fixtures"
        RINGWRIGHT_SOURCE="${PROJECT_SOURCE_DIR}"
        RINGWRIGHT_BIN="${CMAKE_BINARY_DIR}/bin")
    # Tests are compiled once and run for seconds: what they test is what is worth optimising.
    if(CMAKE_CXX_FLAGS MATCHES "-O2")
        target_compile_options(${target} PRIVATE -O1 -g0)
    endif()
    if(arg_WIDGETS)
        ringwright_qt_target(${target})
    endif()
    set_target_properties(${target} PROPERTIES AUTOMOC ON UNITY_BUILD OFF
        RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    if(NOT arg_RUN_BY_SCRIPT)
        add_test(NAME ${target} COMMAND ${target})
        set_tests_properties(${target} PROPERTIES ENVIRONMENT "QT_QPA_PLATFORM=offscreen" TIMEOUT 300)
    endif()
endfunction()
