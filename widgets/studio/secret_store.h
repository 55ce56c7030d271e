#pragma once

#include <QByteArray>
#include <QHash>
#include <QObject>
#include <QString>

#include <functional>

namespace studio {

/// Where passwords are kept: under references that stand in the workspace in their place.
/// GUI thread; answers come later, unless the store has been destroyed by then.
class SecretStore : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    /// `secret` is empty if there is none.
    virtual void read(const QString& reference,
                      std::function<void(const QString& secret)> done) = 0;
    /// `problem` is empty, or one sentence.
    virtual void write(const QString& reference, const QString& secret,
                       std::function<void(const QString& problem)> done) = 0;
    virtual void remove(const QString& reference) = 0;
};

/// Secrets in a file of their own, AES-256-GCM each, with its reference bound to it. The key is
/// random and lies in another file, both readable by their owner alone: a copy or a backup of the
/// one without the other tells nothing. Who can read all of the user's files can read the secrets.
class SecretFile {
public:
    SecretFile(QString file, QString keyFile);
    /// Empty if there is none or it cannot be decrypted.
    [[nodiscard]] QString read(const QString& reference) const;
    /// Returns an empty text, or why it could not be written.
    [[nodiscard]] QString write(const QString& reference, const QString& secret);
    void remove(const QString& reference);

private:
    [[nodiscard]] QHash<QString, QByteArray> load() const;
    [[nodiscard]] QString store(const QHash<QString, QByteArray>& secrets) const;
    [[nodiscard]] QByteArray key(bool create) const;

    QString m_file;
    QString m_keyFile;
};

/// The desktop's keychain (Secret Service, KWallet); where there is none, a SecretFile.
class Keychain final : public SecretStore {
    Q_OBJECT
public:
    explicit Keychain(SecretFile fallback, QObject* parent = nullptr);

    void read(const QString& reference, std::function<void(const QString&)> done) override;
    void write(const QString& reference, const QString& secret,
               std::function<void(const QString&)> done) override;
    void remove(const QString& reference) override;

private:
    SecretFile m_fallback;
};

} // namespace studio
