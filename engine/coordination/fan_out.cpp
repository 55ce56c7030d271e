#include "engine/coordination/fan_out.h"

namespace engine::coordination {

class FanOut::Handler final : public messaging::ResponseHandler {
public:
    Handler(std::shared_ptr<FanOut> owner, std::uint32_t open)
        : m_owner(std::move(owner)), m_open(open)
    {
    }
    bool onResponse(const InetEndpoint& from, const messaging::Envelope&) override
    {
        --m_open;
        m_owner->m_answered.push_back(from);
        m_owner->settle(1, 0);
        return m_open == 0;
    }
    bool onFailure(const InetEndpoint&, protocol::FailureReason) override
    {
        --m_open;
        m_owner->settle(1, 1);
        return m_open == 0;
    }
    void onDeadline() override
    {
        m_owner->settle(m_open, m_open);
        m_open = 0;
    }

private:
    std::shared_ptr<FanOut> m_owner;
    std::uint32_t m_open;
};

std::shared_ptr<messaging::ResponseHandler> FanOut::expect(std::uint32_t answers)
{
    m_open += answers;
    return std::make_shared<Handler>(shared_from_this(), answers);
}

Awaited FanOut::finished()
{
    m_awaited = true;
    if (m_open == 0)
        decide(ok());
    return Awaited{shared_from_this()};
}

void FanOut::settle(std::uint32_t count, std::uint32_t failed)
{
    m_open -= count;
    m_failed += failed;
    m_succeeded += count - failed;
    // Not before all requests have been added.
    if (m_open == 0 && m_awaited)
        decide(ok());
}

} // namespace engine::coordination
