#include "engine/cql/parser_impl.h"

#include <fmt/format.h>

namespace engine::cql {

namespace {

bool permissionOf(Keyword keyword, Permission& out)
{
    switch (keyword) {
    case Keyword::Create:
        out = Permission::Create;
        return true;
    case Keyword::Alter:
        out = Permission::Alter;
        return true;
    case Keyword::Drop:
        out = Permission::Drop;
        return true;
    case Keyword::Select:
        out = Permission::Select;
        return true;
    case Keyword::Modify:
        out = Permission::Modify;
        return true;
    case Keyword::Authorize:
        out = Permission::Authorize;
        return true;
    case Keyword::Describe:
        out = Permission::Describe;
        return true;
    case Keyword::Execute:
        out = Permission::Execute;
        return true;
    case Keyword::Unmask:
        out = Permission::Unmask;
        return true;
    case Keyword::SelectMasked:
        out = Permission::SelectMasked;
        return true;
    default:
        return false;
    }
}

} // namespace

const Statement* Parser::role(std::uint32_t begin, bool create, bool user)
{
    ParsedRole out{};
    out.kind = create ? StatementKind::CreateRole : StatementKind::AlterRole;
    out.isUser = user;
    advance();
    out.ifCondition = create ? ifNotExists() : ifExists();
    if (!user) {
        out.role = roleName();
        if (accept(Keyword::With)) {
            do
                roleOption(out.options);
            while (accept(Keyword::And));
        }
    } else {
        out.role = userName("Quoted strings are not supported for user names and USER is "
                            "deprecated, please use ROLE");
        if (accept(Keyword::With))
            passwordOption(out.options, false);
        if (create) {
            out.options.login = RoleOptions::Flag::True;
            out.options.superuser = RoleOptions::Flag::False;
        }
        if (accept(Keyword::Superuser))
            out.options.superuser = RoleOptions::Flag::True;
        else if (accept(Keyword::NoSuperuser))
            out.options.superuser = RoleOptions::Flag::False;
    }
    if (create && out.options.login == RoleOptions::Flag::Unset)
        out.options.login = RoleOptions::Flag::False;
    if (create && out.options.superuser == RoleOptions::Flag::Unset)
        out.options.superuser = RoleOptions::Flag::False;
    if (out.options.hasPassword && out.options.hasHashedPassword)
        complain(since(begin), "Options 'password' and 'hashed password' are mutually exclusive");
    return finish(out, begin);
}

void Parser::passwordOption(RoleOptions& out, bool equals)
{
    const bool hashed = accept(Keyword::Hashed);
    if (!expect(Keyword::Password))
        return;
    if (equals)
        expect(TokenKind::Equal, "'='");
    (hashed ? out.hasHashedPassword : out.hasPassword) = true;
    (hashed ? out.hashedPassword : out.password) = string("the password as a string");
}

std::span<const std::string_view> Parser::stringSet()
{
    ArenaVector<std::string_view> out{m_arena};
    if (expect(TokenKind::BraceOpen, "'{'")) {
        list(TokenKind::BraceClose, [&] { out.push(string("a string")); });
        expect(TokenKind::BraceClose, "',' or '}'");
    }
    return out.span();
}

void Parser::roleOption(RoleOptions& out)
{
    Node node{*this, NodeKind::Property};
    if (at(Keyword::Password) || at(Keyword::Hashed)) {
        passwordOption(out, true);
        return;
    }
    if (accept(Keyword::Options)) {
        expect(TokenKind::Equal, "'='");
        out.hasOptions = true;
        out.options = propertyMap();
        return;
    }
    if (at(Keyword::Superuser) || at(Keyword::Login)) {
        auto& flag = at(Keyword::Login) ? out.login : out.superuser;
        advance();
        expect(TokenKind::Equal, "'='");
        const bool value = at(TokenKind::Boolean) && peek().keyword == Keyword::True;
        if (expect(TokenKind::Boolean, "true or false"))
            flag = value ? RoleOptions::Flag::True : RoleOptions::Flag::False;
        return;
    }
    if (!accept(Keyword::Access)) {
        unexpected("PASSWORD, HASHED PASSWORD, OPTIONS, SUPERUSER, LOGIN or ACCESS");
        return;
    }
    if (accept(Keyword::From)) {
        out.accessFromAllCidrs = accept(Keyword::All);
        expect(Keyword::Cidrs);
        if (!out.accessFromAllCidrs)
            out.cidrs = stringSet();
        return;
    }
    expect(Keyword::To);
    out.accessToAllDatacenters = accept(Keyword::All);
    expect(Keyword::Datacenters);
    if (!out.accessToAllDatacenters)
        out.datacenters = stringSet();
}

const Statement* Parser::dropRole(std::uint32_t begin, bool user)
{
    ParsedDropRole out{};
    out.kind = StatementKind::DropRole;
    out.isUser = user;
    advance();
    out.ifExists = ifExists();
    out.role = user ? userName("Quoted strings are not supported for user names and USER is "
                               "deprecated, please use ROLE")
                    : roleName();
    return finish(out, begin);
}

const Statement* Parser::identity(std::uint32_t begin, StatementKind kind)
{
    ParsedIdentity out{};
    out.kind = kind;
    constexpr std::string_view kComplaint = "Quoted strings are not supported for identity";
    expect(Keyword::Identity);
    out.ifCondition = kind == StatementKind::AddIdentity ? ifNotExists() : ifExists();
    out.identity = userName(kComplaint);
    if (kind == StatementKind::AddIdentity) {
        expect(Keyword::To);
        expect(Keyword::Role);
        out.role = userName(kComplaint);
    }
    return finish(out, begin);
}

bool Parser::atPermissions() const noexcept
{
    Permission permission{};
    if (!at(TokenKind::Word))
        return false;
    const bool reserved = keywordClass(peek().keyword) == KeywordClass::Reserved;
    if (!at(Keyword::All) && !permissionOf(peek().keyword, permission))
        return false;
    // ALL, UNMASK and SELECT_MASKED may be roles: "GRANT all TO bob".
    return reserved || (!atNext(1, Keyword::To) && !atNext(1, Keyword::From));
}

void Parser::permissionsOrAll(ParsedPermissions& out)
{
    if (accept(Keyword::All)) {
        accept(Keyword::Permissions);
        out.all = true;
        return;
    }
    ArenaVector<Permission> all{m_arena};
    list(TokenKind::End, [&] {
        Permission permission{};
        if (!at(TokenKind::Word) || !permissionOf(peek().keyword, permission)) {
            unexpected("a permission");
            return;
        }
        advance();
        accept(Keyword::Permission);
        all.push(permission);
    });
    out.permissions = all.span();
}

Resource Parser::resourceBody()
{
    using Kind = Resource::Kind;
    Resource out;
    const auto made = [&out](Kind kind) {
        out.kind = kind;
        return out;
    };
    const auto inKeyspace = [this, &out, &made](Kind kind) {
        expect(Keyword::Keyspace);
        out.name.keyspace = name("a keyspace name");
        return made(kind);
    };
    if (accept(Keyword::All)) {
        if (accept(Keyword::Keyspaces))
            return made(Kind::AllKeyspaces);
        if (accept(Keyword::Roles))
            return made(Kind::AllRoles);
        if (accept(Keyword::Mbeans))
            return made(Kind::AllMbeans);
        if (accept(Keyword::Functions))
            return accept(Keyword::In) ? inKeyspace(Kind::FunctionsIn) : made(Kind::AllFunctions);
        if (accept(Keyword::Tables) || accept(Keyword::ColumnFamilies)) {
            expect(Keyword::In);
            return inKeyspace(Kind::AllTables);
        }
        unexpected("KEYSPACES, TABLES, ROLES, FUNCTIONS or MBEANS");
        return out;
    }
    if (at(Keyword::Keyspace) || at(Keyword::Schema)) {
        advance();
        out.name.keyspace = name("a keyspace name");
        return made(Kind::Keyspace);
    }
    // ROLE, FUNCTION and MBEAN are names of tables too, if nothing follows that they need.
    const bool more = !atNext(1, Keyword::To) && !atNext(1, Keyword::From) &&
                      !atNext(1, TokenKind::Dot) && !atNext(1, TokenKind::End) &&
                      !atNext(1, Keyword::Of) && !atNext(1, Keyword::NoRecursive);
    if (more && accept(Keyword::Role)) {
        out.name.name = roleName();
        return made(Kind::Role);
    }
    if (more && accept(Keyword::Function)) {
        out.name = functionName();
        expect(TokenKind::ParenOpen, "'('");
        if (!at(TokenKind::ParenClose))
            out.arguments = typeList(TokenKind::ParenClose);
        expect(TokenKind::ParenClose, "',' or ')'");
        return made(Kind::Function);
    }
    if (more && (at(Keyword::Mbean) || at(Keyword::Mbeans))) {
        const Kind kind = at(Keyword::Mbean) ? Kind::Mbean : Kind::MbeanPattern;
        advance();
        out.name.name = string("the name of an MBean as a string");
        return made(kind);
    }
    if (!accept(Keyword::Table))
        accept(Keyword::ColumnFamily);
    out.name = qualifiedName("a table name");
    return made(Kind::Table);
}

const Resource* Parser::resource()
{
    Node node{*this, NodeKind::Name};
    return keep(resourceBody());
}

const Statement* Parser::grantOrRevoke(StatementKind permissions, StatementKind role)
{
    const std::uint32_t begin = here();
    const Keyword preposition =
        permissions == StatementKind::GrantPermissions ? Keyword::To : Keyword::From;
    advance();
    if (!atPermissions()) {
        ParsedGrantRole out{};
        out.kind = role;
        out.role = roleName();
        expect(preposition);
        out.grantee = roleName();
        return finish(out, begin);
    }
    ParsedPermissions out{};
    out.kind = permissions;
    permissionsOrAll(out);
    expect(Keyword::On);
    out.resource = resource();
    expect(preposition);
    out.role = roleName();
    return finish(out, begin);
}

const Statement* Parser::listStatement()
{
    const std::uint32_t begin = here();
    advance();
    if (at(Keyword::Roles) || at(Keyword::Users)) {
        ParsedListRoles out{};
        out.kind = StatementKind::ListRoles;
        out.users = at(Keyword::Users);
        advance();
        if (!out.users) {
            if (accept(Keyword::Of))
                out.role = roleName();
            out.recursive = !accept(Keyword::NoRecursive);
        }
        return finish(out, begin);
    }
    ParsedPermissions out{};
    out.kind = StatementKind::ListPermissions;
    permissionsOrAll(out);
    if (accept(Keyword::On))
        out.resource = resource();
    if (accept(Keyword::Of))
        out.role = roleName();
    out.recursive = !accept(Keyword::NoRecursive);
    return finish(out, begin);
}

const Statement* Parser::describe()
{
    using What = ParsedDescribe::What;
    const std::uint32_t begin = here();
    ParsedDescribe out{};
    out.kind = StatementKind::Describe;
    advance();
    const auto word = [this](Keyword keyword) { return accept(keyword); };
    if (word(Keyword::Cluster)) {
        out.what = What::Cluster;
    } else if (word(Keyword::Full)) {
        out.what = What::FullSchema;
        expect(Keyword::Schema);
    } else if (word(Keyword::Schema)) {
        out.what = What::Schema;
    } else if (word(Keyword::Keyspaces)) {
        out.what = What::Keyspaces;
    } else if ((at(Keyword::Only) && atNext(1, Keyword::Keyspace)) || at(Keyword::Keyspace)) {
        out.what = word(Keyword::Only) ? What::OnlyKeyspace : What::Keyspace;
        advance();
        if (isName(peek()))
            out.name.keyspace = name("a keyspace name");
    } else if (word(Keyword::Tables) || word(Keyword::ColumnFamilies)) {
        out.what = What::Tables;
    } else if (word(Keyword::Table) || word(Keyword::ColumnFamily)) {
        out.what = What::Table;
        out.name = qualifiedName("a table name");
    } else if (word(Keyword::Index)) {
        out.what = What::Index;
        out.name = qualifiedName("an index name");
    } else if (word(Keyword::Materialized)) {
        out.what = What::View;
        expect(Keyword::View);
        out.name = qualifiedName("a table name");
    } else if (word(Keyword::Types)) {
        out.what = What::Types;
    } else if (word(Keyword::Functions)) {
        out.what = What::Functions;
    } else if (word(Keyword::Aggregates)) {
        out.what = What::Aggregates;
    } else if (word(Keyword::Type)) {
        out.what = What::Type;
        out.name = typeName();
    } else if (word(Keyword::Function)) {
        out.what = What::Function;
        out.name = functionName();
    } else if (word(Keyword::Aggregate)) {
        out.what = What::Aggregate;
        out.name = functionName();
    } else {
        out.name = qualifiedName("what to describe");
    }
    if (accept(Keyword::With)) {
        expect(Keyword::Internals);
        out.withInternals = true;
    }
    return finish(out, begin);
}

} // namespace engine::cql
