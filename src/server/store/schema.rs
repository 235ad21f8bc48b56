//! The tables, as both databases have them. Kept by hand: one schema serves two dialects.

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    teams (id) {
        id -> Id,
        name -> Text,
        created_at -> BigInt,
        archived_at -> Nullable<BigInt>,
        archived_into -> Nullable<Id>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    operators (id) {
        id -> Id,
        email -> Text,
        name -> Text,
        password_hash -> Text,
        role -> Text,
        enabled -> Bool,
        auth_epoch -> BigInt,
        created_at -> BigInt,
        availability -> Text,
        time_zone -> Nullable<Text>,
        seen_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    team_members (team_id, operator_id) {
        team_id -> Id,
        operator_id -> Id,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    sessions (id) {
        id -> Id,
        token_hash -> Binary,
        operator_id -> Id,
        auth_epoch -> BigInt,
        created_at -> BigInt,
        expires_at -> BigInt,
        browser -> Text,
        address -> Text,
        seen_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    channels (id) {
        id -> Id,
        key -> Text,
        kind -> Text,
        name -> Text,
        hue -> Nullable<Text>,
        team_id -> Nullable<Id>,
        enabled -> Bool,
        settings -> Text,
        created_at -> BigInt,
        provider -> Text,
        credentials -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    contacts (id) {
        id -> Id,
        name -> Nullable<Text>,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        created_at -> BigInt,
        merged_into -> Nullable<Id>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    contact_merges (id) {
        id -> Id,
        kept_id -> Id,
        gone_id -> Id,
        followers -> Text,
        merged_by -> Nullable<Id>,
        merged_at -> BigInt,
        undone_by -> Nullable<Id>,
        undone_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    contact_identities (kind, address) {
        kind -> Text,
        address -> Text,
        contact_id -> Id,
        created_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    conversations (id) {
        id -> Id,
        contact_id -> Id,
        contact_name -> Text,
        channel_id -> Id,
        channel_kind -> Text,
        reply_channel_id -> Id,
        team_id -> Nullable<Id>,
        owner_id -> Nullable<Id>,
        status -> Text,
        handler -> Text,
        control_epoch -> BigInt,
        last_seq -> BigInt,
        customer_messages -> BigInt,
        last_message -> Nullable<Text>,
        last_activity_at -> BigInt,
        awaiting_reply_since -> Nullable<BigInt>,
        created_at -> BigInt,
        resolved_at -> Nullable<BigInt>,
        resolved_by -> Nullable<Id>,
        previous_id -> Nullable<Id>,
        reply_from -> Nullable<Text>,
        reply_to -> Nullable<Text>,
        mail -> Nullable<Text>,
        ai -> Nullable<Text>,
        tags -> Nullable<Text>,
        priority -> Text,
        snoozed_until -> Nullable<BigInt>,
        folded_name -> Text,
        folded_about -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    messages (id) {
        id -> Id,
        conversation_id -> Id,
        seq -> BigInt,
        sender -> Text,
        sender_id -> Nullable<Id>,
        sender_name -> Text,
        channel_id -> Id,
        channel_kind -> Text,
        body -> Text,
        note -> Bool,
        system -> Nullable<Text>,
        client_msg_id -> Nullable<Id>,
        delivery -> Nullable<Text>,
        customer_messages -> BigInt,
        created_at -> BigInt,
        provider_id -> Nullable<Text>,
        delivery_at -> Nullable<BigInt>,
        delivery_words -> Nullable<Text>,
        mail -> Nullable<Text>,
        attachments -> Nullable<Text>,
        awaited -> Nullable<Text>,
        handoff -> Nullable<Text>,
        mentions -> Nullable<Text>,
        in_reply_to -> Nullable<Id>,
        answered -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    awaited_files (id) {
        id -> Id,
        message_id -> Id,
        channel_id -> Id,
        url -> Text,
        content_type -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    visitor_sessions (id) {
        id -> Id,
        token_hash -> Binary,
        channel_id -> Id,
        contact_id -> Id,
        conversation_id -> Nullable<Id>,
        created_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    read_marks (conversation_id, operator_id) {
        conversation_id -> Id,
        operator_id -> Id,
        seq -> BigInt,
        customer_messages -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    unread (operator_id, conversation_id) {
        operator_id -> Id,
        conversation_id -> Id,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    drafts (conversation_id, operator_id) {
        conversation_id -> Id,
        operator_id -> Id,
        body -> Text,
        note -> Bool,
        updated_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    ownership_changes (id) {
        id -> BigInt,
        conversation_id -> Id,
        from_id -> Nullable<Id>,
        to_id -> Nullable<Id>,
        by_id -> Nullable<Id>,
        reason -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    team_changes (id) {
        id -> BigInt,
        conversation_id -> Id,
        from_id -> Nullable<Id>,
        to_id -> Nullable<Id>,
        by_id -> Nullable<Id>,
        reason -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    resolutions (id) {
        id -> BigInt,
        conversation_id -> Id,
        resolved_at -> BigInt,
        resolved_by -> Nullable<Id>,
        reopened_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    queue_counts (team_id, owner_id, status, needs_answer, snoozed) {
        team_id -> Id,
        owner_id -> Id,
        status -> Text,
        needs_answer -> Bool,
        snoozed -> Bool,
        count -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    events (id) {
        id -> BigInt,
        kind -> Text,
        contact_id -> Nullable<Id>,
        payload -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    jobs (id) {
        id -> BigInt,
        kind -> Text,
        payload -> Text,
        run_at -> BigInt,
        attempts -> BigInt,
        lease_until -> Nullable<BigInt>,
        lease_epoch -> BigInt,
        last_error -> Nullable<Text>,
        created_at -> BigInt,
        lane -> Nullable<Id>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    event_floor (id) {
        id -> BigInt,
        xid -> BigInt,
        event_id -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    deliveries (id) {
        id -> Id,
        message_id -> Id,
        conversation_id -> Id,
        channel_id -> Id,
        ours -> Text,
        peer -> Text,
        state -> Text,
        attempts -> BigInt,
        provider_id -> Nullable<Text>,
        code -> Nullable<Text>,
        words -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
        control_epoch -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    hooks (id) {
        id -> Id,
        channel_id -> Id,
        key -> Text,
        target -> Text,
        content_type -> Text,
        body -> Binary,
        state -> Text,
        remark -> Nullable<Text>,
        received_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    message_parts (channel_id, peer, reference, number) {
        channel_id -> Id,
        peer -> Text,
        reference -> Text,
        number -> BigInt,
        total -> BigInt,
        provider_id -> Text,
        text -> Text,
        received_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    opt_outs (ours, peer) {
        ours -> Text,
        peer -> Text,
        channel_id -> Id,
        created_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    send_slots (ours) {
        ours -> Text,
        next_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    channel_health (channel_id) {
        channel_id -> Id,
        last_sent_at -> Nullable<BigInt>,
        last_received_at -> Nullable<BigInt>,
        failing_since -> Nullable<BigInt>,
        failing_words -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    files (id) {
        id -> Id,
        key -> Text,
        name -> Text,
        content_type -> Text,
        size -> BigInt,
        width -> Nullable<BigInt>,
        height -> Nullable<BigInt>,
        uploaded_by -> Nullable<Id>,
        message_id -> Nullable<Id>,
        created_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    mails (message_id) {
        message_id -> Id,
        channel_id -> Id,
        mail_id -> Nullable<Text>,
        html -> Nullable<Text>,
        hook_id -> Nullable<Id>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    participants (conversation_id, address) {
        conversation_id -> Id,
        address -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    mail_cursors (channel_id) {
        channel_id -> Id,
        uid_validity -> BigInt,
        last_uid -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    bots (id) {
        id -> Id,
        kind -> Text,
        name -> Text,
        enabled -> Bool,
        settings -> Text,
        secret -> Nullable<Binary>,
        created_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    turns (id) {
        id -> Id,
        conversation_id -> Id,
        bot_id -> Id,
        control_epoch -> BigInt,
        seq -> BigInt,
        state -> Text,
        alive_at -> Nullable<BigInt>,
        ended_at -> Nullable<BigInt>,
        words -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    faq_entries (id) {
        id -> Id,
        question -> Text,
        answer -> Text,
        enabled -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    faq_questions (id) {
        id -> Id,
        entry_id -> Nullable<Id>,
        conversation_id -> Id,
        question -> Text,
        confidence -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    api_tokens (id) {
        id -> Id,
        name -> Text,
        token_hash -> Binary,
        bot_id -> Nullable<Id>,
        created_by -> Nullable<Id>,
        created_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    api_answers (token_id, key) {
        token_id -> Id,
        key -> Text,
        request -> Binary,
        status -> Nullable<BigInt>,
        body -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    webhooks (id) {
        id -> Id,
        name -> Text,
        url -> Text,
        secret -> Binary,
        bot_id -> Nullable<Id>,
        kinds -> Text,
        enabled -> Bool,
        failing_since -> Nullable<BigInt>,
        failing_words -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    webhook_calls (id) {
        id -> Id,
        webhook_id -> Id,
        call_id -> Id,
        conversation_id -> Id,
        kind -> Text,
        body -> Text,
        state -> Text,
        attempts -> BigInt,
        status -> Nullable<BigInt>,
        words -> Nullable<Text>,
        created_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    webhook_cursor (id) {
        id -> BigInt,
        xid -> BigInt,
        event_id -> BigInt,
        skipped_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    canned_responses (id) {
        id -> Id,
        operator_id -> Nullable<Id>,
        team_id -> Nullable<Id>,
        shortcut -> Text,
        title -> Text,
        text -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        deleted_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    invitations (id) {
        id -> Id,
        token_hash -> Binary,
        email -> Text,
        role -> Text,
        teams -> Text,
        invited_by -> Nullable<Id>,
        created_at -> BigInt,
        expires_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    tags (id) {
        id -> Id,
        name -> Text,
        hue -> Text,
        archived -> Bool,
        created_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    conversation_tags (tag_id, conversation_id) {
        tag_id -> Id,
        conversation_id -> Id,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    episodes (conversation_id, number) {
        conversation_id -> Id,
        number -> BigInt,
        channel_id -> Id,
        began_at -> BigInt,
        began_team_id -> Nullable<Id>,
        reopened_from_id -> Nullable<Id>,
        bot_id -> Nullable<Id>,
        with_people -> Bool,
        handed_off_at -> Nullable<BigInt>,
        handed_off_team_id -> Nullable<Id>,
        bot_failed -> Bool,
        answered_at -> Nullable<BigInt>,
        answered_team_id -> Nullable<Id>,
        answered_by_id -> Nullable<Id>,
        answered_after -> Nullable<BigInt>,
        waited -> BigInt,
        last_wait -> BigInt,
        ended_at -> Nullable<BigInt>,
        ended_team_id -> Nullable<Id>,
        ended_owner_id -> Nullable<Id>,
    }
}

diesel::table! {
    measured_days (day) {
        day -> BigInt,
        tallies -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    password_resets (id) {
        id -> Id,
        token_hash -> Binary,
        operator_id -> Id,
        created_at -> BigInt,
        expires_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    channel_counts (channel_id, load) {
        channel_id -> Id,
        load -> Text,
        count -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    second_steps (operator_id) {
        operator_id -> Id,
        secret -> Binary,
        on_at -> Nullable<BigInt>,
        last_step -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    views (id) {
        id -> Id,
        name -> Text,
        audience -> Text,
        team_id -> Nullable<Id>,
        listing -> Text,
        made_by -> Id,
        created_at -> BigInt,
        deleted_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    recovery_codes (operator_id, code_hash) {
        operator_id -> Id,
        code_hash -> Binary,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    canned_uses (canned_id, operator_id) {
        canned_id -> Id,
        operator_id -> Id,
        uses -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    half_sign_ins (token_hash) {
        token_hash -> Binary,
        operator_id -> Id,
        auth_epoch -> BigInt,
        tries -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    search_entries (id) {
        id -> BigInt,
        subject_id -> Id,
    }
}

diesel::table! {
    search_backlog (kind) {
        kind -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    notifications (id) {
        id -> Id,
        operator_id -> Id,
        kind -> Text,
        conversation_id -> Id,
        seq -> BigInt,
        by_name -> Text,
        team_name -> Nullable<Text>,
        excerpt -> Text,
        created_at -> BigInt,
        read_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    written (message_id) {
        message_id -> Id,
        text -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    audit (id) {
        id -> BigInt,
        kind -> Text,
        by_id -> Nullable<Id>,
        by_name -> Text,
        subject_id -> Nullable<Id>,
        subject_name -> Text,
        details -> Text,
        address -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    notification_rules (operator_id, rule) {
        operator_id -> Id,
        rule -> Text,
        enabled -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    contact_attributes (contact_id, key) {
        contact_id -> Id,
        key -> Text,
        name -> Text,
        value -> Text,
        updated_by -> Id,
        updated_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    contact_notes (id) {
        id -> Id,
        contact_id -> Id,
        author_id -> Id,
        text -> Text,
        created_at -> BigInt,
        deleted_by -> Nullable<Id>,
        deleted_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    contact_blocks (id) {
        id -> Id,
        contact_id -> Id,
        blocked_by -> Id,
        blocked_at -> BigInt,
        closed -> Text,
        unblocked_by -> Nullable<Id>,
        unblocked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::server::store::types::Id;

    service_mails (id) {
        id -> Id,
        channel_id -> Id,
        kind -> Text,
        to_address -> Text,
        subject -> Text,
        text -> Nullable<Binary>,
        about -> Nullable<Id>,
        asked_by -> Nullable<Id>,
        state -> Text,
        words -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    workspace (id) {
        id -> BigInt,
        name -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(conversation_tags, conversations);
diesel::allow_tables_to_appear_in_same_query!(conversations, messages);
diesel::allow_tables_to_appear_in_same_query!(operators, sessions);
diesel::allow_tables_to_appear_in_same_query!(mails, messages);
diesel::allow_tables_to_appear_in_same_query!(contacts, contact_identities);
diesel::allow_tables_to_appear_in_same_query!(contact_notes, operators);
diesel::allow_tables_to_appear_in_same_query!(contact_blocks, operators);
diesel::allow_tables_to_appear_in_same_query!(contact_blocks, contacts);
diesel::allow_tables_to_appear_in_same_query!(search_entries, messages);
diesel::allow_tables_to_appear_in_same_query!(search_entries, conversations);
diesel::allow_tables_to_appear_in_same_query!(notifications, conversations);
